//! Helpers: a verifier with a fixed clock, and a poll instead of a runtime.

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, SigningKey, TokenBuilder};
use auth_core::{
    Algorithm, AuthenticatedUser, Clock, SharedSecret, Validation, VerificationKeys, Verifier, VerifyError,
};

/// The time of the clock in these tests.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Polls the verification once: with available keys it is ready.
pub(crate) fn verify(verifier: &Verifier, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    let future = pin!(verifier.verify(token));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the keys are available"),
    }
}

/// A verifier whose clock is at [`NOW`].
pub(crate) fn verifier_at_now(keys: impl Into<VerificationKeys>, validation: Validation) -> Verifier {
    let (clock, _) = Clock::fixed(NOW);
    Verifier::new(keys, validation).unwrap().with_clock(clock)
}

/// Verifies with this validation at [`NOW`].
pub(crate) fn verify_with(validation: Validation, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    verify(&verifier_at_now(test_util::secret(), validation), token)
}

/// Why a token is rejected, or `None` if it is accepted.
pub(crate) fn verify_error(token: &str) -> Option<VerifyError> {
    verify_with(Validation::new(), token).err()
}

/// A token of the user `ann`, valid at [`NOW`].
pub(crate) fn token_builder() -> TokenBuilder {
    TokenBuilder::for_user("ann").issued_at(NOW)
}

/// A different secret for each `n`.
pub(crate) fn secret(n: u8) -> SharedSecret {
    secret_text(n).parse().unwrap()
}

pub(crate) fn secret_text(n: u8) -> String {
    format!("{n}-{}", test_util::SECRET)
}

/// The only RSA key of these tests: generating one is slow.
pub(crate) fn rsa_key() -> SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256, "rsa"));
    KEY.clone()
}
