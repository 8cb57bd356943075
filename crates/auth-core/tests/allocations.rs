//! The allocations of a verification.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser, RevocationList, Verifier, VerifyError};

fn verify(verifier: &Verifier, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(verifier.verify(token)).poll(&mut context) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the keys are available"),
    }
}

fn allocations(verifier: &Verifier, token: &TokenBuilder) -> u64 {
    let token = token.sign();
    // Excludes what is allocated once in a process.
    assert!(verify(verifier, &token).is_ok());
    allocation_counter::measure(|| {
        let _ = black_box(verify(verifier, &token));
    })
    .count_total
}

/// The header and the claims of the web application's tokens.
fn web_app_token() -> TokenBuilder {
    TokenBuilder::for_user("awroGELRKynayhrkUY8vlg7fLYiAWsqC")
        .claim("name", "Ada Lovelace")
        .claim("iss", "http://localhost:3000")
        .claim("aud", "todo-api")
}

/// The decoded segments, the verifier of the MAC and its copy of the MAC, and the three strings of the user.
#[test]
fn token_of_the_web_app_costs_at_most_6_allocations() {
    let count = allocations(&test_util::verifier(), &web_app_token());
    assert!(count <= 6, "{count}");
}

#[test]
fn revocations_cost_no_allocation_per_token() {
    let (revocations, token) = (RevocationList::new(), web_app_token().claim("sid", "session-1"));
    let verifier = test_util::verifier().with_revocations(revocations.clone());
    let without = allocations(&verifier, &token);
    for n in 0..100 {
        revocations.revoke_session(&format!("other-{n}"), 4_000_000_000, 4_000_000_000).unwrap();
        revocations.revoke_subject(&format!("other-{n}"), 4_000_000_000, 4_000_000_000).unwrap();
    }
    assert_eq!(allocations(&verifier, &token), without);
}

/// Ids of 32 characters, like Better Auth's.
#[test]
fn revocations_of_10_000_sessions_take_less_than_2_mb() {
    let measured = allocation_counter::measure(|| {
        let revocations = RevocationList::new();
        for n in 0..10_000 {
            revocations.revoke_session(&format!("session-{n:024}"), 4_000_000_000, 4_000_000_000).unwrap();
        }
        black_box(&revocations);
        std::mem::forget(revocations);
    });
    println!("{} bytes", measured.bytes_current);
    assert!(measured.bytes_current < 2_000_000, "{} bytes", measured.bytes_current);
}

#[test]
fn long_token_costs_no_more_allocations_than_a_short_one() {
    let long = web_app_token().claim("image", "x".repeat(4000));
    assert_eq!(allocations(&test_util::verifier(), &long), allocations(&test_util::verifier(), &web_app_token()));
}

#[test]
fn token_of_a_jwk_set_costs_at_most_4_allocations() {
    for algorithm in Algorithm::ALL {
        let issuer = TestIssuer::new(algorithm);
        let verifier = Verifier::new(issuer.jwk_set(), issuer.validation()).unwrap();
        let token = issuer.access_token("ann").claim("name", "Ann");
        let count = allocations(&verifier, &token);
        assert!(count <= 4, "{algorithm:?}: {count}");
    }
}

#[test]
fn text_that_is_not_a_jws_costs_no_allocation() {
    let verifier = test_util::verifier();
    for token in ["", "opaque", "two.parts", &"x".repeat(9000)] {
        // Excludes what is allocated once in a thread.
        let _ = verify(&verifier, token);
        let measured = allocation_counter::measure(|| {
            let _ = black_box(verify(&verifier, token));
        });
        assert_eq!(measured.count_total, 0, "{token:.20}");
    }
}
