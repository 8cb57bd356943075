//! HMAC with SHA-256 (RFC 7518 §3.2).

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey};

/// A shared secret as an HS256 key. Its bytes are wiped from memory on drop.
#[derive(Clone)]
pub(crate) struct HmacKey(DecodingKey);

impl HmacKey {
    pub(crate) const ALGORITHM: &str = "HS256";

    const SIGNATURE_BYTES: usize = 32;

    pub(crate) fn from_bytes(secret: &[u8]) -> Self {
        Self(DecodingKey::from_secret(secret))
    }

    /// Returns whether this key made the signature, comparing in constant time. A truncated MAC is rejected (RFC 7518 §3.2).
    pub(crate) fn verify(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        // The AWS-LC provider is used explicitly: the process-wide default can be another one, and getting it panics if the
        // features of another crate make it ambiguous.
        signature.len() == Self::SIGNATURE_BYTES
            && (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::HS256, &self.0)
                .is_ok_and(|verifier| verifier.verify(signing_input, &signature.to_vec()).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;

    use super::*;
    use crate::VerifyError;
    use crate::jws::CompactJws;

    fn rfc_example(name: &str) -> Value {
        let all: Value = serde_json::from_str(include_str!("../../tests/vectors/rfc.json")).unwrap();
        all[name].clone()
    }

    /// The keys of the RFCs are random bytes, which a `SharedSecret` cannot hold.
    fn verify(key: &Value, token: &Value) -> bool {
        let key = HmacKey::from_bytes(&URL_SAFE_NO_PAD.decode(key["k"].as_str().unwrap()).unwrap());
        let mut buffer = Vec::new();
        let jws = CompactJws::parse(token["jws"].as_str().unwrap(), &mut buffer).unwrap();
        key.verify(jws.signing_input.as_bytes(), jws.signature)
    }

    #[test]
    fn rfc_example_verifies_with_its_own_key_only() {
        let (a1, cookbook) = (rfc_example("rfc7515_a1"), rfc_example("rfc7520_4_4"));
        assert!(verify(&a1, &a1), "RFC 7515 A.1");
        assert!(verify(&cookbook, &cookbook), "RFC 7520 §4.4");
        assert!(!verify(&a1, &cookbook));
        assert!(!verify(&cookbook, &a1));
    }

    #[test]
    fn rfc_7515_a_5_unsecured_example_is_rejected() {
        assert!(!verify(&rfc_example("rfc7515_a1"), &rfc_example("rfc7515_a5")));
    }

    #[test]
    fn rfc_7797_unencoded_payload_is_rejected() {
        let examples = rfc_example("rfc7797");
        let error = |n: usize| CompactJws::parse(examples[n].as_str().unwrap(), &mut Vec::new()).err();
        assert_eq!(error(0), Some(VerifyError::InvalidBase64Url));
        assert_eq!(error(1), Some(VerifyError::NotCompactJws), "its payload contains a dot");
    }
}
