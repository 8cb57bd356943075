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

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn thumbprint_is_that_of_the_rfc_examples() {
        // RFC 7638 §3.1, RFC 8037 A.3.
        let rsa = json!({
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB",
            "alg": "RS256",
            "kid": "2011-04-29",
        });
        let okp = json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" });
        for (jwk, algorithm, thumbprint) in [
            (rsa, Algorithm::Rs256, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"),
            (okp, Algorithm::EdDsa, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"),
        ] {
            let key = ProofKey::parse(jwk, algorithm).ok().map(|key| key.thumbprint);
            assert_eq!(key.as_deref(), Some(thumbprint));
        }
    }
}
