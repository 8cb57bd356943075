//! The verification of a token.

use serde::de::DeserializeOwned;

use crate::claims::Claims;
use crate::jws::{CompactJws, JoseHeader};
use crate::metrics::VerificationTimer;
use crate::user::parse_private_claims;
use crate::{AuthenticatedUser, Clock, ConfigError, Revocations, Validation, VerificationKeys, VerifyError};

/// Verifies access tokens. Create one at start and share it, by reference or in an [`Arc`](std::sync::Arc).
///
/// Its `Debug` output shows key ids and the validation, no key material.
///
/// ```
/// use auth_core::{SharedSecret, Validation, Verifier, VerifyError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), auth_core::ConfigError> {
/// let secret = SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?;
/// let verifier = Verifier::new(secret, Validation::new().audience("todo-api"))?;
/// assert_eq!(verifier.verify("opaque").await, Err(VerifyError::NotCompactJws));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Verifier {
    keys: VerificationKeys,
    validation: Validation,
    clock: Clock,
    revocations: Vec<Box<dyn Revocations>>,
}

impl Verifier {
    /// Accepts tokens that one of these keys has signed and that pass this validation, at the time of the system clock.
    ///
    /// `keys` is a [`SharedSecret`](crate::SharedSecret), [`SharedSecrets`](crate::SharedSecrets), a
    /// [`JwkSet`](crate::JwkSet), a `RemoteJwkSet` (feature `remote`), or a combination as [`VerificationKeys`].
    ///
    /// With a JWK Set the validation must have an issuer ([`ConfigError::IssuerMissing`]) and an audience
    /// ([`ConfigError::AudienceMissing`]): an issuer signs tokens for many services, and other tokens than access tokens, with
    /// one key (RFC 8725 §3.8, §3.9). With shared secrets only, this returns no error.
    pub fn new(keys: impl Into<VerificationKeys>, validation: Validation) -> Result<Self, ConfigError> {
        let keys = keys.into();
        if keys.has_jwk_sets() {
            validation.require_issuer_and_audience()?;
        }
        Ok(Self { keys, validation, clock: Clock::system(), revocations: Vec::new() })
    }

    /// Reads the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Rejects the tokens that are revoked according to this source, too. Each call adds a source.
    #[must_use]
    pub fn with_revocations(mut self, revocations: impl Revocations) -> Self {
        self.revocations.push(Box::new(revocations));
        self
    }

    /// Verifies `token` (the compact form, without `Bearer `) and returns its user.
    ///
    /// With shared secrets and a static JWK Set the future is ready at the first poll. With a remote set it waits, 5 s at most,
    /// only if the key is not known yet.
    ///
    /// A token costs one allocation for its decoded segments and one for each string of the user. A token of a shared secret
    /// also costs one HMAC-SHA-256 with two small allocations for each secret tried; a token of a JWK Set costs one signature
    /// verification, unless the set [caches](crate::JwkSet::with_signature_cache) it.
    ///
    /// The first rule that fails determines the [`VerifyError`]; the [crate documentation](crate#rules) lists them in order.
    pub async fn verify(&self, token: &str) -> Result<AuthenticatedUser, VerifyError> {
        self.verify_as(token).await
    }

    /// Like [`verify`](Self::verify), and deserializes private claims into `C`: `role`, `org` and the like (RFC 7519 §4.3).
    ///
    /// `C` is deserialized from the payload that the strict reader has accepted: a JSON object without duplicate member names. The
    /// registered claims are members of that object too. Returns [`VerifyError::InvalidPrivateClaims`] if a member that `C`
    /// requires is missing or has another type. `()` reads nothing.
    ///
    /// ```
    /// use auth_core::VerifyError;
    /// use auth_core::test_util::{self, TokenBuilder};
    /// use serde::Deserialize;
    ///
    /// #[derive(Deserialize)]
    /// struct MyClaims {
    ///     role: String,
    ///     #[serde(default)]
    ///     org: Option<String>,
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), VerifyError> {
    /// let token = TokenBuilder::for_user("ann").claim("role", "admin").sign();
    /// let user = test_util::verifier().verify_as::<MyClaims>(&token).await?;
    /// assert_eq!((user.user_id(), &*user.claims().role), ("ann", "admin"));
    ///
    /// let error = test_util::verifier().verify_as::<MyClaims>(&test_util::access_token("ann")).await.unwrap_err();
    /// assert_eq!(error, VerifyError::InvalidPrivateClaims);
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify_as<C: DeserializeOwned + 'static>(
        &self,
        token: &str,
    ) -> Result<AuthenticatedUser<C>, VerifyError> {
        let timer = VerificationTimer::start();
        let result = self.apply_rules(token).await;
        timer.finish(result.as_ref().err().copied());
        result
    }

    #[cfg_attr(
        not(feature = "remote"),
        expect(
            clippy::unused_async,
            reason = "with `remote` an unknown key is fetched here, and callers do not change"
        )
    )]
    async fn apply_rules<C: DeserializeOwned + 'static>(
        &self,
        token: &str,
    ) -> Result<AuthenticatedUser<C>, VerifyError> {
        let mut buffer = Vec::new();
        let jws = CompactJws::parse(token, &mut buffer)?;
        let header = JoseHeader::parse(jws.header, &self.validation)?;
        let result = self.keys.verify(&header, &jws);
        #[cfg(feature = "remote")]
        let result = match result {
            Ok(()) => Ok(()),
            Err(error) => self.keys.verify_after_refresh(&header, &jws, error).await,
        };
        result?;
        // The payload is not parsed before the signature is verified.
        let claims = Claims::parse(jws.payload)?;
        let user = self.validation.validate(claims, jws.payload, self.clock.now())?;
        self.check_revocations(&user)?;
        let private_claims = parse_private_claims(jws.payload)?;
        self.validation.validate_scopes(&user)?;
        Ok(user.with_claims(private_claims))
    }

    /// Returns an error if the token of this user was revoked after its verification. For responses that take longer than a
    /// moment, like a stream of events: check again before each part.
    pub fn check_revocations(&self, user: &AuthenticatedUser) -> Result<(), VerifyError> {
        for revocations in &self.revocations {
            revocations.check(user)?;
        }
        Ok(())
    }

    /// The time of the clock, in whole seconds since 1970.
    pub(crate) fn unix_seconds(&self) -> u64 {
        self.clock.unix_seconds()
    }

    /// The scopes that the validation requires.
    pub(crate) fn required_scopes(&self) -> &[String] {
        self.validation.required_scopes()
    }
}
