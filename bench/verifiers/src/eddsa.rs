//! Signs tokens of a shared secret again with `EdDSA`, so that crates without HS256 verify the same headers and payloads.

use auth_core::Algorithm;
use auth_core::test_util::SigningKey;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, crypto};
use serde_json::json;

const KID: &str = "eddsa-1";

pub(crate) struct Signer {
    secret: DecodingKey,
    key: SigningKey,
}

impl Signer {
    pub(crate) fn new(secret: &str) -> Self {
        let key = SigningKey::generate(Algorithm::EdDsa, KID);
        Self { secret: DecodingKey::from_secret(secret.as_bytes()), key }
    }

    /// The public key.
    pub(crate) fn jwk_set(&self) -> String {
        json!({ "keys": [self.key.jwk()] }).to_string()
    }

    /// Replaces `HS256` by `EdDSA` in the header, adds a `kid` if there is none, and keeps the payload's segment. Returns `None` if the
    /// secret has not signed the token: its fault is in the signature or the key.
    pub(crate) fn sign_again(&self, token: &str) -> Option<String> {
        let (signing_input, signature) = token.rsplit_once('.')?;
        let is_signed =
            crypto::verify(signature, signing_input.as_bytes(), &self.secret, jsonwebtoken::Algorithm::HS256);
        if !is_signed.ok()? {
            return None;
        }
        let (header, payload) = signing_input.split_once('.')?;
        let header = String::from_utf8(BASE64_URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        let mut header = header.replace("\"HS256\"", "\"EdDSA\"");
        if !header.contains("\"kid\"") {
            header = header.replacen('{', &format!("{{\"kid\":\"{KID}\","), 1);
        }
        let signing_input = format!("{}.{payload}", BASE64_URL_SAFE_NO_PAD.encode(header));
        let signature = BASE64_URL_SAFE_NO_PAD.encode(self.key.signature(signing_input.as_bytes()));
        Some(format!("{signing_input}.{signature}"))
    }
}
