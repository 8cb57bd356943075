//! Parsing of one JWK (RFC 7517 §4).

use serde_json::Value;

use super::error::JwkError;
use super::params::Jwk;
use super::{ec, okp, rsa};
use crate::jws::PublicKey;

pub(super) fn parse(jwk: &Value) -> Result<PublicKey, JwkError> {
    let jwk = Jwk::new(jwk)?;
    let key_type = jwk.optional_str("kty")?;
    if key_type == Some("oct") {
        return Err(JwkError::SymmetricKey);
    }
    jwk.reject_private_key()?;
    jwk.check_key_use()?;
    let id = jwk.optional_str("kid")?.map(Into::into);
    let algorithm = jwk.algorithm()?;
    let bound = match key_type {
        Some("EC") => ec::parse(&jwk, algorithm)?,
        Some("OKP") => okp::parse(&jwk, algorithm)?,
        Some("RSA") => rsa::parse(&jwk, algorithm)?,
        _ => return Err(JwkError::UnsupportedKeyType),
    };
    Ok(PublicKey { id, algorithm: bound.algorithm, key: bound.key, signature_bytes: bound.signature_bytes })
}
