//! The one way from a token to a user.

use crate::claims::Claims;
use crate::jws::Compact;
use crate::jws::Header;
use crate::{AuthenticatedUser, Clock, ConfigError, Keys, Validation, VerificationKeys, VerifyError};

/// Judges access tokens. Make one at start and share it, by reference or in an [`Arc`](std::sync::Arc).
///
/// Its `Debug` output says which keys there are, never what they are.
#[derive(Debug)]
pub struct Verifier {
    keys: VerificationKeys,
    policy: Validation,
    clock: Clock,
}

impl Verifier {
    /// Accepts what these keys have signed and this policy allows, by the system's clock.
    #[must_use]
    pub fn new(keys: Keys, policy: Validation) -> Self {
        Self { keys: keys.into(), policy, clock: Clock::system() }
    }

    /// Accepts what keys of any kind have signed: shared secrets, a [`JwkSet`](crate::JwkSet), a `RemoteJwkSet` (feature
    /// `remote`), or several of them as [`VerificationKeys`].
    ///
    /// A JWK Set needs a policy that names [an issuer](ConfigError::IssuerMissing) and [an
    /// audience](ConfigError::AudienceMissing): an issuer signs tokens for many services, and other things than access
    /// tokens, with one key.
    pub fn try_new(keys: impl Into<VerificationKeys>, policy: Validation) -> Result<Self, ConfigError> {
        let keys = keys.into();
        if keys.have_sets() {
            policy.must_name_issuer_and_audience()?;
        }
        Ok(Self { keys, policy, clock: Clock::system() })
    }

    /// Reads the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// The user whom `token` (the compact form, without `Bearer `) stands for.
    ///
    /// With shared secrets and with a fixed JWK Set the answer is ready at the first poll. Only a remote set can make it
    /// wait: for a key that is not known yet, never for one that is.
    ///
    /// An ordinary token of a secret costs one HMAC-SHA-256 for each secret tried and five small allocations: two decoded
    /// segments and the user's three texts. One of a public key costs that key's algorithm, unless its set
    /// [remembers](crate::JwkSet::with_signature_cache) it, and at most six.
    #[cfg_attr(
        not(feature = "remote"),
        expect(
            clippy::unused_async,
            reason = "with `remote` an unknown key is fetched here, and callers do not change"
        )
    )]
    pub async fn verify(&self, token: &str) -> Result<AuthenticatedUser, VerifyError> {
        let jws = Compact::read(token)?;
        let header = Header::read(&jws.header, &self.policy)?;
        let answer = self.keys.check(&header, &jws);
        #[cfg(feature = "remote")]
        let answer = match answer {
            Ok(()) => Ok(()),
            Err(why) => self.keys.check_afresh(&header, &jws, why).await,
        };
        answer?;
        // Nothing of the payload is looked at before somebody known has vouched for it.
        let claims = Claims::read(&jws.payload)?;
        self.policy.judge(claims, &jws.payload, self.clock.now())
    }
}
