//! HMAC with SHA-256 (RFC 7518 §3.2).

use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::SharedSecret;
use crate::compact::Compact;

/// A shared secret, ready to verify. The key inside is wiped from memory when dropped.
pub(crate) struct Hs256Key(DecodingKey);

impl Hs256Key {
    pub(crate) const ALGORITHM: &str = "HS256";

    const MAC_BYTES: usize = 32;

    pub(crate) fn new(secret: &SharedSecret) -> Self {
        Self::of_bytes(secret.as_bytes())
    }

    pub(crate) fn of_bytes(secret: &[u8]) -> Self {
        Self(DecodingKey::from_secret(secret))
    }

    /// Whether this key made the MAC, whole: a shortened one is refused (RFC 7518 §3.2). Compared in constant time.
    pub(crate) fn signed(&self, jws: &Compact<'_>) -> bool {
        // AWS-LC by name: the provider that the process has installed, or that another crate's features have made
        // ambiguous, could be any or could panic.
        jws.signature.len() == Self::MAC_BYTES
            && (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::HS256, &self.0)
                .is_ok_and(|mac| mac.verify(jws.signing_input.as_bytes(), &jws.signature).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;

    use super::*;
    use crate::VerifyError;

    fn rfc(name: &str) -> Value {
        let all: Value = serde_json::from_str(include_str!("../tests/vectors/rfc.json")).unwrap();
        all[name].clone()
    }

    /// The keys of the RFCs are random bytes, which no [`SharedSecret`] can hold: here they go in below it.
    fn key(example: &Value) -> Hs256Key {
        Hs256Key::of_bytes(&URL_SAFE_NO_PAD.decode(example["k"].as_str().unwrap()).unwrap())
    }

    fn jws(example: &Value) -> Compact<'_> {
        Compact::read(example["jws"].as_str().unwrap()).unwrap()
    }

    #[test]
    fn the_examples_of_the_rfcs_verify_with_their_own_key_only() {
        let (a1, cookbook) = (rfc("rfc7515_a1"), rfc("rfc7520_4_4"));
        assert!(key(&a1).signed(&jws(&a1)), "RFC 7515 A.1");
        assert!(key(&cookbook).signed(&jws(&cookbook)), "RFC 7520 §4.4");
        assert!(!key(&a1).signed(&jws(&cookbook)));
        assert!(!key(&cookbook).signed(&jws(&a1)));
    }

    #[test]
    fn the_unsecured_example_of_rfc_7515_a_5_does_not_verify() {
        assert!(!key(&rfc("rfc7515_a1")).signed(&jws(&rfc("rfc7515_a5"))));
    }

    #[test]
    fn the_unencoded_payloads_of_rfc_7797_are_no_tokens() {
        let examples = rfc("rfc7797");
        let refusal = |n: usize| Compact::read(examples[n].as_str().unwrap()).err();
        assert_eq!(refusal(0), Some(VerifyError::NotBase64Url));
        assert_eq!(refusal(1), Some(VerifyError::NotCompact), "its payload holds a dot");
    }
}
