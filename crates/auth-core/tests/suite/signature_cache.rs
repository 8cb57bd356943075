//! A set with a signature cache rejects the same tokens as one without.

use auth_core::test_util::{TestIssuer, TokenBuilder};
use auth_core::{Algorithm, Clock, Verifier, VerifyError};

use crate::support::{NOW, verify};

fn issuer() -> TestIssuer {
    TestIssuer::new(Algorithm::EdDsa)
}

fn good(issuer: &TestIssuer) -> TokenBuilder {
    issuer.access_token("ann").issued_at(NOW)
}

#[test]
fn a_token_is_good_however_often_it_comes() {
    for tokens in [0, 1, 1024] {
        let issuer = issuer();
        let (clock, _) = Clock::fixed(NOW);
        let set = issuer.jwk_set().with_signature_cache(tokens);
        let verifier = Verifier::new(set, issuer.validation()).unwrap().with_clock(clock);
        let all: Vec<_> = (0..20).map(|n| good(&issuer).claim("name", format!("Ann {n}")).sign()).collect();
        for token in all.iter().chain(&all) {
            assert_eq!(verify(&verifier, token).unwrap().user_id(), "ann");
        }
    }
}

#[test]
fn time_passes_for_a_remembered_token_too() {
    let issuer = issuer();
    let (clock, control) = Clock::fixed(NOW);
    let verifier =
        Verifier::new(issuer.jwk_set().with_signature_cache(8), issuer.validation()).unwrap().with_clock(clock);
    let token = good(&issuer).sign();
    assert!(verify(&verifier, &token).is_ok());
    control.advance(100_000);
    assert_eq!(verify(&verifier, &token).err(), Some(VerifyError::Expired));
    control.set(NOW - 100_000);
    assert_eq!(verify(&verifier, &token).err(), Some(VerifyError::IssuedInFuture));
}

#[test]
fn a_remembered_signature_is_good_for_its_own_token_only() {
    let issuer = issuer();
    let (clock, _) = Clock::fixed(NOW);
    let verifier =
        Verifier::new(issuer.jwk_set().with_signature_cache(1), issuer.validation()).unwrap().with_clock(clock);
    let (ann, bob) = (good(&issuer).sign(), issuer.access_token("bob").issued_at(NOW).sign());
    assert!(verify(&verifier, &ann).is_ok());
    let (content, _) = bob.rsplit_once('.').unwrap();
    let (_, signature) = ann.rsplit_once('.').unwrap();
    let forged = format!("{content}.{signature}");
    assert_eq!(verify(&verifier, &forged).err(), Some(VerifyError::InvalidSignature));
    assert_eq!(verify(&verifier, &forged).err(), Some(VerifyError::InvalidSignature), "a bad one is not remembered");
    assert!(verify(&verifier, &bob).is_ok());
}

#[test]
fn what_a_set_remembers_is_unknown_to_the_next_set() {
    let mut issuer = issuer();
    let (clock, _) = Clock::fixed(NOW);
    let verifier = |issuer: &TestIssuer| {
        Verifier::new(issuer.jwk_set().with_signature_cache(8), issuer.validation()).unwrap().with_clock(clock.clone())
    };
    let token = good(&issuer).sign();
    assert!(verify(&verifier(&issuer), &token).is_ok());
    issuer.rotate(Algorithm::EdDsa);
    issuer.keep_newest_key();
    assert_eq!(verify(&verifier(&issuer), &token).err(), Some(VerifyError::NoMatchingKey));
}
