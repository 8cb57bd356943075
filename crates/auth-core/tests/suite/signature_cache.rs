//! A set with a signature cache rejects the same tokens as one without.

use auth_core::test_util::{TestIssuer, TokenBuilder};
use auth_core::{Algorithm, Clock, Verifier, VerifyError};

use crate::support::{NOW, verify};

fn issuer() -> TestIssuer {
    TestIssuer::new(Algorithm::EdDsa)
}

fn valid_token(issuer: &TestIssuer) -> TokenBuilder {
    issuer.access_token("ann").issued_at(NOW)
}

#[test]
fn repeated_token_is_accepted_with_any_cache_capacity() {
    for capacity in [0, 1, 1024] {
        let issuer = issuer();
        let (clock, _) = Clock::fixed(NOW);
        let set = issuer.jwk_set().with_signature_cache(capacity);
        let verifier = Verifier::new(set, issuer.validation()).unwrap().with_clock(clock);
        let tokens: Vec<_> = (0..20).map(|n| valid_token(&issuer).claim("name", format!("Ann {n}")).sign()).collect();
        for token in tokens.iter().chain(&tokens) {
            assert_eq!(verify(&verifier, token).unwrap().user_id(), "ann");
        }
    }
}

#[test]
fn cached_token_expires() {
    let issuer = issuer();
    let (clock, control) = Clock::fixed(NOW);
    let verifier =
        Verifier::new(issuer.jwk_set().with_signature_cache(8), issuer.validation()).unwrap().with_clock(clock);
    let token = valid_token(&issuer).sign();
    assert!(verify(&verifier, &token).is_ok());
    control.advance(100_000);
    assert_eq!(verify(&verifier, &token).err(), Some(VerifyError::Expired));
    control.set(NOW - 100_000);
    assert_eq!(verify(&verifier, &token).err(), Some(VerifyError::IssuedInFuture));
}

#[test]
fn cached_signature_on_another_payload_is_rejected() {
    let issuer = issuer();
    let (clock, _) = Clock::fixed(NOW);
    let verifier =
        Verifier::new(issuer.jwk_set().with_signature_cache(1), issuer.validation()).unwrap().with_clock(clock);
    let (ann, bob) = (valid_token(&issuer).sign(), issuer.access_token("bob").issued_at(NOW).sign());
    assert!(verify(&verifier, &ann).is_ok());
    let (signing_input, _) = bob.rsplit_once('.').unwrap();
    let (_, signature) = ann.rsplit_once('.').unwrap();
    let forged = format!("{signing_input}.{signature}");
    assert_eq!(verify(&verifier, &forged).err(), Some(VerifyError::InvalidSignature));
    assert_eq!(
        verify(&verifier, &forged).err(),
        Some(VerifyError::InvalidSignature),
        "an invalid signature is not cached"
    );
    assert!(verify(&verifier, &bob).is_ok());
}

#[test]
fn signature_cache_is_not_shared_between_sets() {
    let mut issuer = issuer();
    let (clock, _) = Clock::fixed(NOW);
    let verifier = |issuer: &TestIssuer| {
        Verifier::new(issuer.jwk_set().with_signature_cache(8), issuer.validation()).unwrap().with_clock(clock.clone())
    };
    let token = valid_token(&issuer).sign();
    assert!(verify(&verifier(&issuer), &token).is_ok());
    issuer.rotate(Algorithm::EdDsa);
    issuer.keep_newest_key();
    assert_eq!(verify(&verifier(&issuer), &token).err(), Some(VerifyError::NoMatchingKey));
}
