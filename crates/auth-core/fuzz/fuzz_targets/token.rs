//! Any `Authorization` field: no panic, and no user without a valid signature.

#![no_main]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, TestIssuer};
use auth_core::{Algorithm, VerificationKeys, Verifier, bearer};
use libfuzzer_sys::fuzz_target;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    issuer.rotate(Algorithm::Es256);
    issuer.rotate(Algorithm::Es512);
    let keys = VerificationKeys::from(issuer.jwk_set().with_signature_cache(16)).with_secrets(test_util::secret());
    Verifier::new(keys, issuer.validation()).unwrap()
});

fuzz_target!(|field: &[u8]| {
    let Ok(token) = bearer::token_from([field]) else { return };
    match pin!(VERIFIER.verify(token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => assert!(result.is_err(), "the token is not signed"),
        Poll::Pending => unreachable!("the keys are available"),
    }
});
