//! Whatever comes as a token: no panic, and nobody is let in who does not hold a secret.

#![no_main]

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use auth_core::{Algorithm, VerificationKeys, Verifier, bearer, test_util};
use libfuzzer_sys::fuzz_target;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(|| {
    let mut issuer = test_util::TestIssuer::new(Algorithm::EdDsa);
    issuer.rotate(Algorithm::Es256);
    issuer.rotate(Algorithm::Es512);
    let keys = VerificationKeys::from(issuer.jwk_set().with_signature_cache(16)).with_secrets(test_util::secret());
    Verifier::new(keys, issuer.validation()).unwrap()
});

fuzz_target!(|field: &[u8]| {
    let Ok(token) = bearer::token_from([field]) else { return };
    let mut context = Context::from_waker(Waker::noop());
    match pin!(VERIFIER.verify(token)).poll(&mut context) {
        Poll::Ready(answer) => assert!(answer.is_err(), "nobody has signed this"),
        Poll::Pending => unreachable!("known keys need no waiting"),
    }
});
