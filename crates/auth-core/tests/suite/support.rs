//! A verifier to ask, and no runtime to wait with.

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, SigningKey, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser, Clock, SharedSecret, Validation, Verifier, VerifyError};

/// Where the clock of these tests stands.
pub(crate) const NOW: u64 = 1_800_000_000;

/// Asks `verifier`. Shared secrets answer at the first poll: there is nothing to wait for.
pub(crate) fn verify(verifier: &Verifier, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    let future = pin!(verifier.verify(token));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => answer,
        Poll::Pending => unreachable!("a shared secret needs no waiting"),
    }
}

/// Asks a verifier that has this policy and stands at [`NOW`].
pub(crate) fn verify_under(policy: Validation, token: &str) -> Result<AuthenticatedUser, VerifyError> {
    let (clock, _) = Clock::fixed(NOW);
    verify(&Verifier::new(test_util::secret().into(), policy).with_clock(clock), token)
}

/// The refusal of a token, or `None` if it is accepted.
pub(crate) fn refusal(token: &str) -> Option<VerifyError> {
    verify_under(Validation::new(), token).err()
}

/// Ann's token, good at [`NOW`], to be bent.
pub(crate) fn ann() -> TokenBuilder {
    TokenBuilder::for_user("ann").issued_at(NOW)
}

/// A secret told from others by `n`.
pub(crate) fn secret(n: u8) -> SharedSecret {
    testkit_secret_text(n).parse().unwrap_or_else(|_| unreachable!("long enough and no placeholder"))
}

/// Its text.
pub(crate) fn testkit_secret_text(n: u8) -> String {
    format!("{n}-{}", test_util::SECRET)
}

/// The one RSA key of these tests: making one takes a while.
pub(crate) fn rsa_key() -> SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Rs256, "rsa"));
    KEY.clone()
}

/// What must be there for a test to begin.
pub(crate) fn sure<T, E: std::fmt::Debug>(result: Result<T, E>) -> T {
    result.unwrap_or_else(|problem| unreachable!("{problem:?}"))
}
