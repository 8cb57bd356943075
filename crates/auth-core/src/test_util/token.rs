//! Tokens that can be bent anywhere.

use aws_lc_rs::hmac;
use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{SECRET, SigningKey};
use crate::Clock;

/// A token in the making: a good one, until something is changed.
#[derive(Clone, Debug)]
pub struct TokenBuilder {
    header: Map<String, Value>,
    claims: Map<String, Value>,
    raw_header: Option<Vec<u8>>,
    raw_payload: Option<Vec<u8>>,
    secret: Vec<u8>,
    hash: Hash,
    key: Option<SigningKey>,
}

/// The hash of the MAC, whatever the header's `alg` says of it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// HS256's: the right one.
    Sha256,
    /// HS384's.
    Sha384,
    /// HS512's.
    Sha512,
}

impl TokenBuilder {
    /// A good token: `sub`, an e-mail address, issued now, good for 15 minutes.
    #[must_use]
    pub fn for_user(user_id: &str) -> Self {
        let token = Self {
            header: Map::from_iter([("alg".to_owned(), json!("HS256")), ("typ".to_owned(), json!("JWT"))]),
            claims: Map::new(),
            raw_header: None,
            raw_payload: None,
            secret: SECRET.into(),
            hash: Hash::Sha256,
            key: None,
        };
        token.claim("sub", user_id).claim("email", "user@example.test").issued_at(Clock::system().unix_seconds())
    }

    /// Sets `iat` to `unix_seconds` (since 1970), and `exp` to 15 minutes later.
    #[must_use]
    pub fn issued_at(self, unix_seconds: u64) -> Self {
        self.claim("iat", unix_seconds).claim("exp", unix_seconds.saturating_add(900))
    }

    /// Sets a claim to any JSON value.
    #[must_use]
    pub fn claim(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.claims.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a claim out.
    #[must_use]
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a header member to any JSON value. The MAC stays what it is: see [`hash`](Self::hash).
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Leaves a header member out.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Puts these bytes where the header's JSON belongs.
    #[must_use]
    pub fn raw_header(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(bytes.into());
        self
    }

    /// Puts these bytes where the payload's JSON belongs.
    #[must_use]
    pub fn raw_payload(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(bytes.into());
        self
    }

    /// Signs with this key, and says so: sets `alg` and `kid` to what it calls itself.
    #[must_use]
    pub fn key(mut self, key: &SigningKey) -> Self {
        self.key = Some(key.clone());
        self.header("alg", key.algorithm().name()).header("kid", key.kid())
    }

    /// Signs with this secret, of any length.
    #[must_use]
    pub fn secret(mut self, secret: impl Into<Vec<u8>>) -> Self {
        self.secret = secret.into();
        self.key = None;
        self
    }

    /// Signs with an HMAC over this hash.
    #[must_use]
    pub fn hash(mut self, hash: Hash) -> Self {
        self.hash = hash;
        self
    }

    /// The claims as JSON text, to be cut up and given to [`raw_payload`](Self::raw_payload).
    #[must_use]
    pub fn payload_text(&self) -> String {
        Value::Object(self.claims.clone()).to_string()
    }

    /// The token in compact form.
    #[must_use]
    pub fn sign(&self) -> String {
        match &self.key {
            Some(key) => self.sign_with(|message| key.signature(message)),
            None => self.sign_with(|message| self.mac(message)),
        }
    }

    /// The token in compact form, with whatever this makes of the signing input as its signature.
    #[must_use]
    pub fn sign_with(&self, signature: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let header =
            self.raw_header.clone().unwrap_or_else(|| Value::Object(self.header.clone()).to_string().into_bytes());
        let payload = self.raw_payload.clone().unwrap_or_else(|| self.payload_text().into_bytes());
        let signing_input =
            format!("{}.{}", URL_SAFE_NO_PAD.encode_to_string(header), URL_SAFE_NO_PAD.encode_to_string(payload));
        let signature = URL_SAFE_NO_PAD.encode_to_string(signature(signing_input.as_bytes()));
        format!("{signing_input}.{signature}")
    }

    fn mac(&self, message: &[u8]) -> Vec<u8> {
        let algorithm = match self.hash {
            Hash::Sha256 => hmac::HMAC_SHA256,
            Hash::Sha384 => hmac::HMAC_SHA384,
            Hash::Sha512 => hmac::HMAC_SHA512,
        };
        hmac::sign(&hmac::Key::new(algorithm, &self.secret), message).as_ref().to_vec()
    }

    /// The token in compact form, with an empty third segment.
    #[must_use]
    pub fn unsigned(&self) -> String {
        let mut token = self.sign();
        token.truncate(token.rfind('.').map_or(0, |dot| dot + 1));
        token
    }
}
