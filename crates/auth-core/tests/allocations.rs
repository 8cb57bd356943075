//! What a verification costs besides time.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser, Verifier, VerifyError};

fn verify(verifier: &Verifier, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    let mut context = Context::from_waker(Waker::noop());
    match pin!(verifier.verify(token)).poll(&mut context) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("known keys need no waiting"),
    }
}

fn allocations(verifier: &Verifier, token: &TokenBuilder) -> u64 {
    let token = token.sign();
    // What happens once in a process is no part of the cost.
    assert!(verify(verifier, &token).is_ok());
    allocation_counter::measure(|| {
        let _ = black_box(verify(verifier, &token));
    })
    .count_total
}

/// The two segments that are decoded, and the three texts that the user is.
#[test]
fn an_ordinary_token_costs_5_allocations() {
    let ordinary =
        TokenBuilder::for_user("awroGELRKynayhrkUY8vlg7fLYiAWsqC").claim("name", "Ada Lovelace").without_header("typ");
    assert_eq!(allocations(&test_util::verifier(), &ordinary), 5);
}

#[test]
fn a_longer_token_costs_no_more_allocations() {
    let ordinary = TokenBuilder::for_user("ann").claim("name", "Ann").without_header("typ");
    let long = ordinary.clone().claim("image", "x".repeat(4000));
    assert_eq!(allocations(&test_util::verifier(), &long), allocations(&test_util::verifier(), &ordinary));
}

/// Its header has to be decoded as well.
#[test]
fn a_token_of_a_key_set_costs_at_most_6_allocations() {
    for algorithm in Algorithm::ALL {
        let issuer = TestIssuer::new(algorithm);
        let verifier = Verifier::try_new(issuer.jwk_set(), issuer.policy()).unwrap();
        let token = issuer.access_token("ann").claim("name", "Ann");
        assert!(allocations(&verifier, &token) <= 6, "{algorithm:?}: {}", allocations(&verifier, &token));
    }
}

#[test]
fn a_token_that_is_no_token_costs_no_allocation() {
    let verifier = test_util::verifier();
    for token in ["", "opaque", "two.parts", &"x".repeat(9000)] {
        let counted = allocation_counter::measure(|| {
            let _ = black_box(verify(&verifier, token));
        });
        assert_eq!(counted.count_total, 0, "{token:.20}");
    }
}
