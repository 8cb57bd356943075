//! The one way from a token to a user.

use crate::claims::Claims;
use crate::compact::Compact;
use crate::header::Header;
use crate::{AuthenticatedUser, Clock, Keys, Policy, VerifyError};

/// Judges access tokens. Make one at start and share it, by reference or in an [`Arc`](std::sync::Arc).
///
/// It holds no cache and no lock. Its `Debug` output says which keys there are, never what they are.
#[derive(Debug)]
pub struct Verifier {
    keys: Keys,
    policy: Policy,
    clock: Clock,
}

impl Verifier {
    /// Accepts what these keys have signed and this policy allows, by the system's clock.
    #[must_use]
    pub fn new(keys: Keys, policy: Policy) -> Self {
        Self { keys, policy, clock: Clock::system() }
    }

    /// Reads the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The user whom `token` (the compact form, without `Bearer `) stands for.
    ///
    /// With shared secrets the answer is ready at the first poll. An ordinary token costs one HMAC-SHA-256 for each
    /// secret tried and about seven small allocations: three decoded segments, the MAC's context, and the user's texts.
    #[expect(
        clippy::unused_async,
        reason = "a key set's unknown key will be fetched here, and callers shall not change for it"
    )]
    pub async fn verify(&self, token: &str) -> Result<AuthenticatedUser, VerifyError> {
        let jws = Compact::read(token)?;
        let header = Header::read(&jws.header)?;
        self.keys.check(&header, &jws)?;
        // Nothing of the payload is looked at before somebody known has vouched for it.
        let claims = Claims::read(&jws.payload)?;
        self.policy.judge(claims, self.clock.now())
    }
}
