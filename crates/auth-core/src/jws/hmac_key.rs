//! HMAC with SHA-256 (RFC 7518 §3.2).

use std::cell::RefCell;
use std::sync::{Arc, Weak};

use jsonwebtoken::crypto::JwtVerifier;
use jsonwebtoken::crypto::aws_lc::DEFAULT_PROVIDER;
use jsonwebtoken::{Algorithm, DecodingKey};

use crate::SharedSecret;
use crate::jws::Compact;

/// A shared secret, ready to verify. The key inside is wiped from memory when dropped.
pub(crate) struct Hs256Key(Arc<DecodingKey>);

/// jsonwebtoken's verifier of one key: it holds the hashed secret, which to make anew costs two thirds of an HMAC.
struct Prepared {
    of: Weak<DecodingKey>,
    mac: Box<dyn JwtVerifier>,
}

thread_local! {
    /// Of each key that this thread has used, for such verifiers cannot be shared. They go with the thread, or when the
    /// first use of another key finds that their own is gone.
    static PREPARED: RefCell<Vec<Prepared>> = const { RefCell::new(Vec::new()) };
}

impl Hs256Key {
    pub(crate) const ALGORITHM: &str = "HS256";

    const MAC_BYTES: usize = 32;

    pub(crate) fn new(secret: &SharedSecret) -> Self {
        Self::of_bytes(secret.as_bytes())
    }

    pub(crate) fn of_bytes(secret: &[u8]) -> Self {
        Self(Arc::new(DecodingKey::from_secret(secret)))
    }

    /// Whether this key made the MAC, whole: a shortened one is refused (RFC 7518 §3.2). Compared in constant time.
    pub(crate) fn signed(&self, jws: &Compact<'_>) -> bool {
        jws.signature.len() == Self::MAC_BYTES
            && PREPARED.with_borrow_mut(|all| {
                self.prepared(all).is_some_and(|mac| mac.verify(jws.signing_input.as_bytes(), &jws.signature).is_ok())
            })
    }

    fn prepared<'p>(&self, all: &'p mut Vec<Prepared>) -> Option<&'p dyn JwtVerifier> {
        let at = all.iter().position(|one| one.of.as_ptr() == Arc::as_ptr(&self.0));
        if at.is_none() {
            all.retain(|one| one.of.strong_count() > 0);
            all.push(self.prepare()?);
        }
        Some(&*all[at.unwrap_or(all.len() - 1)].mac)
    }

    fn prepare(&self) -> Option<Prepared> {
        // AWS-LC by name: the provider that the process has installed, or that another crate's features have made
        // ambiguous, could be any or could panic.
        let mac = (DEFAULT_PROVIDER.verifier_factory)(&Algorithm::HS256, &self.0).ok()?;
        Some(Prepared { of: Arc::downgrade(&self.0), mac })
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
        let all: Value = serde_json::from_str(include_str!("../../tests/vectors/rfc.json")).unwrap();
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

    /// A thread finds verifiers by the key's address: the next key must not be taken for one that is gone.
    #[test]
    fn a_key_that_is_gone_verifies_nothing_for_the_next_one() {
        let a1 = rfc("rfc7515_a1");
        for _ in 0..1000 {
            assert!(key(&a1).signed(&jws(&a1)));
            assert!(!Hs256Key::of_bytes(&[7; 64]).signed(&jws(&a1)));
        }
        PREPARED.with_borrow(|all| assert!(all.len() <= 2, "{} kept", all.len()));
    }

    #[test]
    fn the_unsecured_example_of_rfc_7515_a_5_does_not_verify() {
        assert!(!key(&rfc("rfc7515_a1")).signed(&jws(&rfc("rfc7515_a5"))));
    }

    #[test]
    fn the_unencoded_payloads_of_rfc_7797_are_no_tokens() {
        let examples = rfc("rfc7797");
        let refusal = |n: usize| Compact::read(examples[n].as_str().unwrap()).err();
        assert_eq!(refusal(0), Some(VerifyError::InvalidBase64Url));
        assert_eq!(refusal(1), Some(VerifyError::NotCompactJws), "its payload holds a dot");
    }
}
