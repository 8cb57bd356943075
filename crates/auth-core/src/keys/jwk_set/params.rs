//! The members of a JWK (RFC 7517 §4).

use aws_lc_rs::signature::ParsedPublicKey;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::JwkError;
use crate::jws::Algorithm;

/// The members of a private key (RFC 7518 §6.2.2, §6.3.2; RFC 8037 §2).
const PRIVATE_MEMBERS: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

/// A key with the algorithm that it is bound to.
pub(super) struct BoundKey {
    pub(super) algorithm: Algorithm,
    pub(super) key: ParsedPublicKey,
    pub(super) signature_bytes: usize,
}

/// The members of a JWK, not validated yet.
pub(super) struct Jwk<'j>(&'j Map<String, Value>);

impl<'j> Jwk<'j> {
    pub(super) fn new(jwk: &'j Value) -> Result<Self, JwkError> {
        jwk.as_object().map(Self).ok_or(JwkError::NotAnObject)
    }

    /// An optional member, which is a string if present.
    pub(super) fn optional_str(&self, name: &'static str) -> Result<Option<&str>, JwkError> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(JwkError::InvalidParameter(name)),
        }
    }

    /// A required member in strict base64url.
    pub(super) fn required_bytes(&self, name: &'static str) -> Result<Vec<u8>, JwkError> {
        let text = self.optional_str(name)?.ok_or(JwkError::InvalidParameter(name))?;
        URL_SAFE_NO_PAD.decode(text).map_err(|_| JwkError::InvalidParameter(name))
    }

    /// An `alg` must be supported if present: a key for RS512 or RSA-OAEP must not verify RS256.
    pub(super) fn algorithm(&self) -> Result<Option<Algorithm>, JwkError> {
        self.optional_str("alg")?.map(|name| Algorithm::from_name(name).ok_or(JwkError::InvalidAlgorithm)).transpose()
    }

    pub(super) fn reject_private_key(&self) -> Result<(), JwkError> {
        let is_private = PRIVATE_MEMBERS.iter().any(|name| self.0.contains_key(*name));
        if is_private { Err(JwkError::PrivateKey) } else { Ok(()) }
    }

    /// `use` and `key_ops` must both allow verification if present (RFC 7517 §4.2, §4.3).
    pub(super) fn check_key_use(&self) -> Result<(), JwkError> {
        let verify = Value::from("verify");
        let use_allows = self.0.get("use").is_none_or(|key_use| key_use == "sig");
        let key_ops_allow =
            self.0.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.contains(&verify)));
        if use_allows && key_ops_allow { Ok(()) } else { Err(JwkError::NotForVerification) }
    }
}
