//! The public key in the header of a proof, and its thumbprint.

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::DpopError;
use crate::Algorithm;
use crate::jws::PublicKey;
use crate::keys::{JwkError, parse_public_jwk};

/// A key that is public, usable and for the algorithm of the proof.
pub(super) struct ProofKey {
    pub(super) key: PublicKey,
    /// The SHA-256 thumbprint in base64url (RFC 7638 §3).
    pub(super) thumbprint: String,
}

impl ProofKey {
    /// `jwk` comes from a header that the strict reader has accepted. A JWK without `alg` is bound to the algorithm of the proof.
    pub(super) fn parse(jwk: Value, algorithm: Algorithm) -> Result<Self, DpopError> {
        let Value::Object(mut members) = jwk else { return Err(DpopError::InvalidKey) };
        // The member of a symmetric key (RFC 7518 §6.4.1), whatever the type.
        if members.contains_key("k") {
            return Err(DpopError::PrivateKey);
        }
        members.entry("alg").or_insert_with(|| algorithm.name().into());
        let jwk = Value::Object(members);
        let key = parse_public_jwk(&jwk).map_err(|error| match error {
            JwkError::PrivateKey | JwkError::SymmetricKey => DpopError::PrivateKey,
            _ => DpopError::InvalidKey,
        })?;
        if key.algorithm != algorithm {
            return Err(DpopError::InvalidKey);
        }
        let thumbprint = jwk.as_object().and_then(thumbprint).ok_or(DpopError::InvalidKey)?;
        Ok(Self { key, thumbprint })
    }
}

/// The hash of the required members in lexicographic order (RFC 7638 §3.2, RFC 8037 §2). The parser has required them to be strict
/// base64url without leading zeros, or known names: nothing to escape, and one spelling for each key.
fn thumbprint(jwk: &Map<String, Value>) -> Option<String> {
    let member = |name: &str| jwk.get(name)?.as_str();
    let text = match member("kty")? {
        "EC" => {
            format!(r#"{{"crv":"{}","kty":"EC","x":"{}","y":"{}"}}"#, member("crv")?, member("x")?, member("y")?)
        }
        "OKP" => format!(r#"{{"crv":"{}","kty":"OKP","x":"{}"}}"#, member("crv")?, member("x")?),
        "RSA" => format!(r#"{{"e":"{}","kty":"RSA","n":"{}"}}"#, member("e")?, member("n")?),
        _ => return None,
    };
    Some(sha256_base64url(text.as_bytes()))
}

/// The SHA-256 hash in base64url, as in `jkt` and `ath`.
pub(super) fn sha256_base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, bytes))
}
