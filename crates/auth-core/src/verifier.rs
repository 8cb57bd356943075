//! The verification of a token.

use serde::de::DeserializeOwned;

use crate::bearer::BearerError;
use crate::claims::Claims;
use crate::json::Value;
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
    /// At least one. Several have an issuer each, and no two the same.
    issuers: Vec<TrustedIssuer>,
    clock: Clock,
    revocations: Vec<Box<dyn Revocations>>,
}

/// The keys of an issuer, and what its tokens must contain.
#[derive(Debug)]
struct TrustedIssuer {
    keys: VerificationKeys,
    validation: Validation,
}

impl TrustedIssuer {
    /// An issuer signs tokens for many services with the keys of its JWK Set.
    fn new(keys: VerificationKeys, validation: Validation) -> Result<Self, ConfigError> {
        if keys.has_jwk_sets() {
            validation.require_issuer_and_audience()?;
        }
        Ok(Self { keys, validation })
    }
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
        let issuers = vec![TrustedIssuer::new(keys.into(), validation)?];
        Ok(Self { issuers, clock: Clock::system(), revocations: Vec::new() })
    }

    /// Also accepts the tokens of another issuer, with keys and a validation of its own. Each call adds an issuer.
    ///
    /// With several issuers the `iss` of a token selects the keys and the validation, before its signature is verified. No other
    /// issuer's keys are tried, and a token of an issuer that is not in the list is rejected with [`VerifyError::InvalidIssuer`]
    /// without a fetch (RFC 8725 §3.8). Two issuers may have users with the same id: see [`AuthenticatedUser::issuer`].
    ///
    /// Returns [`ConfigError::IssuerMissing`] unless all validations have an issuer, [`ConfigError::DuplicateIssuer`] if two
    /// have the same, and the errors of [`new`](Self::new).
    ///
    /// ```
    /// use auth_core::test_util::{self, TestIssuer, TokenBuilder};
    /// use auth_core::{Algorithm, Validation, Verifier};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let partner = TestIssuer::new(Algorithm::EdDsa);
    /// let verifier = Verifier::new(test_util::secret(), Validation::new().issuer("https://app.example"))?
    ///     .with_issuer(partner.jwk_set(), partner.validation())?;
    ///
    /// let ours = TokenBuilder::for_user("ann").claim("iss", "https://app.example").sign();
    /// assert_eq!(verifier.verify(&ours).await?.issuer(), Some("https://app.example"));
    /// let theirs = partner.access_token("ann").sign();
    /// assert_eq!(verifier.verify(&theirs).await?.issuer(), Some(partner.base_url()));
    /// # Ok(())
    /// # }
    /// ```
    pub fn with_issuer(
        mut self,
        keys: impl Into<VerificationKeys>,
        validation: Validation,
    ) -> Result<Self, ConfigError> {
        self.issuers.push(TrustedIssuer::new(keys.into(), validation)?);
        for (index, issuer) in self.issuers.iter().enumerate() {
            let name = issuer.validation.required_issuer().filter(|name| !name.is_empty());
            let name = name.ok_or(ConfigError::IssuerMissing)?;
            if self.issuers[..index].iter().any(|other| other.validation.required_issuer() == Some(name)) {
                return Err(ConfigError::DuplicateIssuer { issuer: name.to_owned() });
            }
        }
        Ok(self)
    }

    /// Reads the time from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// Rejects the tokens that are revoked according to this source, too. Each call adds a source. With several issuers a source
    /// concerns the sessions and users of all of them, whoever of them publishes it.
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
        let not_bound = |cnf: Option<&str>| if cnf.is_none() { Ok(None) } else { Err(VerifyError::SenderConstrained) };
        let result = self.apply_rules(token, not_bound).await;
        timer.finish(result.as_ref().err().map(VerifyError::reason));
        result
    }

    /// Like [`verify_as`](Self::verify_as), for a token that is bound to a key. `confirm` takes the payload, or `None` without `cnf`, at
    /// the place where `verify_as` rejects `cnf`.
    pub(crate) async fn verify_bound<C: DeserializeOwned + 'static>(
        &self,
        token: &str,
        confirm: impl FnOnce(Option<&str>) -> Result<Option<Box<str>>, BearerError>,
    ) -> Result<AuthenticatedUser<C>, BearerError> {
        let timer = VerificationTimer::start();
        let result = self.apply_rules(token, confirm).await;
        timer.finish(result.as_ref().err().map(BearerError::reason));
        result
    }

    #[cfg_attr(
        not(feature = "remote"),
        expect(
            clippy::unused_async,
            reason = "with `remote` an unknown key is fetched here, and callers do not change"
        )
    )]
    async fn apply_rules<C: DeserializeOwned + 'static, E: From<VerifyError>>(
        &self,
        token: &str,
        confirm: impl FnOnce(Option<&str>) -> Result<Option<Box<str>>, E>,
    ) -> Result<AuthenticatedUser<C>, E> {
        let mut buffer = Vec::new();
        let jws = CompactJws::parse(token, &mut buffer)?;
        let TrustedIssuer { keys, validation } = self.issuer_of(&jws)?;
        let header = JoseHeader::parse(jws.header, validation)?;
        let result = keys.verify(&header, &jws);
        #[cfg(feature = "remote")]
        let result = match result {
            Ok(()) => Ok(()),
            Err(error) => keys.verify_after_refresh(&header, &jws, error).await,
        };
        result?;
        // With one issuer the payload is not parsed before the signature is verified.
        let claims = Claims::parse(jws.payload)?;
        let confirm = |has_cnf: bool| confirm(has_cnf.then_some(jws.payload));
        let user = validation.validate(claims, jws.payload, self.clock.now(), confirm)?;
        self.check_revocations(&user)?;
        let private_claims = parse_private_claims(jws.payload)?;
        validation.validate_scopes(&user)?;
        Ok(user.with_claims(private_claims))
    }

    /// Returns an error if the token of this user was revoked after its verification. For responses that take longer than a
    /// moment, like a stream of events: check again before each part. A user with private claims is passed without them,
    /// [`map_claims(drop)`](AuthenticatedUser::map_claims).
    pub fn check_revocations(&self, user: &AuthenticatedUser) -> Result<(), VerifyError> {
        for revocations in &self.revocations {
            revocations.check(user)?;
        }
        Ok(())
    }

    /// The time of the clock, in seconds since 1970.
    pub(crate) fn now(&self) -> f64 {
        self.clock.now()
    }

    /// The time of the clock, in whole seconds since 1970.
    pub(crate) fn unix_seconds(&self) -> u64 {
        self.clock.unix_seconds()
    }

    /// The issuer that a token claims to be from. Its keys verify that.
    fn issuer_of(&self, jws: &CompactJws<'_>) -> Result<&TrustedIssuer, VerifyError> {
        if let [only] = &self.issuers[..] {
            return Ok(only);
        }
        let Value::String(iss) = Claims::parse(jws.payload)?.iss else { return Err(VerifyError::InvalidIssuer) };
        let is_claimed = |issuer: &&TrustedIssuer| issuer.validation.required_issuer() == Some(&*iss);
        self.issuers.iter().find(is_claimed).ok_or(VerifyError::InvalidIssuer)
    }

    /// The issuers that are required.
    pub(crate) fn issuers(&self) -> impl Iterator<Item = &str> {
        self.issuers.iter().filter_map(|issuer| issuer.validation.required_issuer())
    }

    /// The scopes that the validation requires, or nothing if those of several issuers differ.
    pub(crate) fn required_scopes(&self) -> &[String] {
        let scopes = self.issuers[0].validation.required_scopes();
        if self.issuers.iter().all(|issuer| issuer.validation.required_scopes() == scopes) { scopes } else { &[] }
    }
}
