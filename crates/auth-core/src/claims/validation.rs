//! What a token must say besides being signed.

use serde_json::Value;

use super::{AcceptedTypes, Requirement};
use crate::ConfigError;

/// What else must hold for a signed token: whom it is from, whom it is for, how far clocks may differ.
///
/// ```
/// use auth_core::Validation;
///
/// // Better Auth's `jwt()` plugin as it comes: its base URL is both issuer and audience.
/// let policy = Validation::better_auth_jwks("https://app.example");
///
/// let policy = Validation::new()
///     .issuer("https://app.example")
///     .audience("https://api.example")
///     .leeway_seconds(10)?;
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Validation {
    issuer: Option<String>,
    audiences: Vec<String>,
    leeway_seconds: u32,
    types: AcceptedTypes,
    max_age_seconds: Option<u32>,
    scopes: Vec<String>,
    requirements: Vec<Requirement>,
}

impl Validation {
    /// The most clock skew that may be forgiven, in seconds.
    pub const MAX_LEEWAY_SECONDS: u32 = 60;

    /// Any issuer, any audience, and a leeway of 5 s.
    ///
    /// Without an audience every token that the secret has signed is accepted, also one made for another service:
    /// a service should warn when it starts so.
    #[must_use]
    pub fn new() -> Self {
        Self {
            issuer: None,
            audiences: Vec::new(),
            leeway_seconds: 5,
            types: AcceptedTypes::default(),
            max_age_seconds: None,
            scopes: Vec::new(),
            requirements: Vec::new(),
        }
    }

    /// For tokens that Better Auth signs with its shared secret: from the application at `base_url`, for `audience`.
    ///
    /// Both must be what the application's `signJWT` writes as `iss` and `aud`, to the letter.
    #[must_use]
    pub fn better_auth_shared_secret(base_url: &str, audience: &str) -> Self {
        Self::new().issuer(base_url).audience(audience)
    }

    /// For tokens of Better Auth's `jwt()` plugin as it comes: both `iss` and `aud` are the application's base URL, written
    /// exactly as in its `baseURL` setting (mind a slash at the end).
    ///
    /// If the plugin is given an `issuer` or `audience` of its own, say those with [`issuer`](Self::issuer) and
    /// [`audience`](Self::audience) instead.
    #[must_use]
    pub fn better_auth_jwks(base_url: &str) -> Self {
        Self::new().issuer(base_url).audience(base_url)
    }

    /// Requires `iss` to be exactly this text (RFC 7519 §4.1.1).
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into());
        self
    }

    /// Requires `aud` to be exactly this text, or a list that holds it (RFC 7519 §4.1.3). May be said several times: then
    /// any one of them is enough.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// Clock skew forgiven on `exp`, `nbf` and `iat`, in seconds, at most [`MAX_LEEWAY_SECONDS`](Self::MAX_LEEWAY_SECONDS)
    /// (RFC 7519 §4.1.4: "usually no more than a few minutes").
    pub fn leeway_seconds(mut self, seconds: u64) -> Result<Self, ConfigError> {
        self.leeway_seconds = u32::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds <= Self::MAX_LEEWAY_SECONDS)
            .ok_or(ConfigError::LeewayTooLong { seconds })?;
        Ok(self)
    }

    /// Takes tokens with one of these `typ`, in any case, and no others, also none without a `typ` (RFC 8725 §3.11). Said
    /// again, it replaces the list. Unless said, `JWT`, `at+jwt` and no `typ` at all are taken.
    ///
    /// `token_types(["at+jwt"])` is what RFC 9068 §4 asks for; Better Auth's own tokens have no `typ`.
    #[must_use]
    pub fn token_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.types = AcceptedTypes::Only(types.into_iter().map(Into::into).collect());
        self
    }

    /// Takes no token issued longer ago than this, in seconds, plus the leeway, whatever its `exp` says. `iat` is required
    /// then (RFC 7519 §4.1.6).
    #[must_use]
    pub fn max_age_seconds(mut self, seconds: u32) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }

    /// Requires this word in the claim `scope`, a list separated by spaces (RFC 8693 §4.2, RFC 9068 §2.2.3). May be said
    /// several times: then all are required.
    #[must_use]
    pub fn require_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Requires of this claim what the predicate says; it is given `None` if the claim is not there. May be said several
    /// times, also of one claim: then all must hold.
    ///
    /// ```
    /// use auth_core::Validation;
    /// use serde_json::json;
    ///
    /// let policy = Validation::new().require_claim("emailVerified", |claim| claim == Some(&json!(true)));
    /// ```
    #[must_use]
    pub fn require_claim(
        mut self,
        claim: impl Into<String>,
        holds: impl Fn(Option<&Value>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.requirements.push(Requirement::new(claim.into(), holds));
        self
    }

    /// The issuer that is required, if any.
    #[must_use]
    pub fn required_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The audiences of which one is required. Empty: none is.
    #[must_use]
    pub fn allowed_audiences(&self) -> &[String] {
        &self.audiences
    }

    pub(crate) fn must_name_issuer_and_audience(&self) -> Result<(), ConfigError> {
        if self.issuer.as_ref().is_none_or(String::is_empty) {
            return Err(ConfigError::IssuerMissing);
        }
        let names_one = !self.audiences.is_empty() && self.audiences.iter().all(|audience| !audience.is_empty());
        if names_one { Ok(()) } else { Err(ConfigError::AudienceMissing) }
    }

    pub(crate) fn types(&self) -> &AcceptedTypes {
        &self.types
    }

    pub(crate) fn max_age(&self) -> Option<f64> {
        self.max_age_seconds.map(f64::from)
    }

    pub(crate) fn required_scopes(&self) -> &[String] {
        &self.scopes
    }

    pub(crate) fn requirements(&self) -> &[Requirement] {
        &self.requirements
    }

    pub(crate) fn leeway(&self) -> f64 {
        f64::from(self.leeway_seconds)
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}
