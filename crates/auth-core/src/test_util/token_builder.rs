//! A builder of valid and invalid tokens.

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::SigningKey;
use crate::Clock;

/// The secret of [`verifier`](super::verifier) and of tokens without another key. It is public: never use it in a service.
pub const SECRET: &str = "auth-core-test_util-secret-0123456789abcdef";

/// Builds a token that is valid unless a method changes it.
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

/// The hash of the HMAC, independent of the header's `alg`.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Hash {
    /// The hash of HS256, the default.
    Sha256,
    /// The hash of HS384.
    Sha384,
    /// The hash of HS512.
    Sha512,
}

impl TokenBuilder {
    /// A valid token with this `sub` and an e-mail address, issued now and valid for 15 minutes. Its header is
    /// `{"alg":"HS256","typ":"JWT"}`.
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

    /// A DPoP proof of this key (RFC 9449 §4.2) for a request with this token, made now: the payload has a random `jti`, `htm`, `htu`,
    /// `iat` and `ath`, the header `typ`, `alg` and `jwk`.
    ///
    /// # Panics
    ///
    /// If AWS-LC cannot provide random numbers.
    #[expect(clippy::expect_used, reason = "a test cannot continue without random numbers")]
    #[must_use]
    pub fn dpop_proof(key: &SigningKey, method: &str, url: &str, access_token: &str) -> Self {
        let mut jti = [0; 16];
        aws_lc_rs::rand::fill(&mut jti).expect("AWS-LC provides random numbers");
        let mut jwk = key.jwk();
        if let Value::Object(members) = &mut jwk {
            members.retain(|name, _| name != "alg" && name != "kid");
        }
        Self::for_user("")
            .without_claim("sub")
            .without_claim("email")
            .without_claim("exp")
            .key(key)
            .without_header("kid")
            .header("typ", "dpop+jwt")
            .header("jwk", jwk)
            .claim("jti", URL_SAFE_NO_PAD.encode(jti))
            .claim("htm", method)
            .claim("htu", url)
            .claim("ath", URL_SAFE_NO_PAD.encode(digest(&SHA256, access_token.as_bytes())))
    }

    /// Binds the token to this key: sets `cnf.jkt` (RFC 9449 §6.1).
    #[must_use]
    pub fn bound_to(self, key: &SigningKey) -> Self {
        self.claim("cnf", json!({ "jkt": key.thumbprint() }))
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

    /// Removes a claim.
    #[must_use]
    pub fn without_claim(mut self, name: &str) -> Self {
        self.claims.remove(name);
        self
    }

    /// Sets a header parameter to any JSON value. It does not change how the token is signed.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.header.insert(name.to_owned(), value.into());
        self
    }

    /// Removes a header parameter.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.header.remove(name);
        self
    }

    /// Replaces the header by these bytes.
    #[must_use]
    pub fn raw_header(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_header = Some(bytes.into());
        self
    }

    /// Replaces the payload by these bytes.
    #[must_use]
    pub fn raw_payload(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.raw_payload = Some(bytes.into());
        self
    }

    /// Signs with this key, and sets `alg` and `kid` accordingly.
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

    /// The claims as JSON text, to be changed and passed to [`raw_payload`](Self::raw_payload).
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

    /// The token in compact form, signed by a function of the signing input.
    #[must_use]
    pub fn sign_with(&self, signature: impl FnOnce(&[u8]) -> Vec<u8>) -> String {
        let header =
            self.raw_header.clone().unwrap_or_else(|| Value::Object(self.header.clone()).to_string().into_bytes());
        let payload = self.raw_payload.clone().unwrap_or_else(|| self.payload_text().into_bytes());
        let signing_input = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
        let signature = URL_SAFE_NO_PAD.encode(signature(signing_input.as_bytes()));
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
