//! Claims validation (RFC 7519 §4.1).

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::Value as Json;

use super::Claims;
use super::requirements::{ClaimRequirement, validate_required_claims};
use super::subject::is_valid_subject;
use crate::json::Value;
use crate::user::{GrantedScope, whole_seconds};
use crate::{AuthenticatedUser, ConfigError, VerifyError, better_auth_url};

/// The last second of the year 9999. A later date is a mistake (usually milliseconds) or an attempted overflow.
const MAX_NUMERIC_DATE: f64 = 253_402_300_799.0;

/// What a token must contain besides a valid signature: issuer, audience, times, type, scopes and other claims.
///
/// ```
/// use auth_core::Validation;
///
/// // Better Auth's `jwt()` plugin by default: the origin of its base URL is both issuer and audience.
/// let validation = Validation::better_auth_jwks("https://app.example");
///
/// let validation = Validation::new()
///     .issuer("https://app.example")
///     .audience("https://api.example")
///     .leeway_seconds(10)?;
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Validation {
    /// Shared with the users, who have it.
    issuer: Option<Arc<str>>,
    audiences: Vec<String>,
    leeway_seconds: u32,
    token_types: AllowedTokenTypes,
    max_age_seconds: Option<u32>,
    scopes: Vec<String>,
    claim_requirements: Vec<ClaimRequirement>,
}

impl Validation {
    /// The maximum leeway, in seconds.
    pub const MAX_LEEWAY_SECONDS: u32 = 60;

    /// Accepts any issuer and any audience, with a leeway of 5 s.
    ///
    /// Without an audience every token that is signed with the secret is accepted, including tokens for other services. A
    /// service should log a warning when it starts without one.
    #[must_use]
    pub fn new() -> Self {
        Self {
            issuer: None,
            audiences: Vec::new(),
            leeway_seconds: 5,
            token_types: AllowedTokenTypes::AccessTokens,
            max_age_seconds: None,
            scopes: Vec::new(),
            claim_requirements: Vec::new(),
        }
    }

    /// For tokens signed with Better Auth's shared secret, issued by the application at `base_url` for `audience`.
    ///
    /// Both must be exactly what the application writes as `iss` and `aud`.
    #[must_use]
    pub fn better_auth_shared_secret(base_url: &str, audience: &str) -> Self {
        Self::new().issuer(base_url).audience(audience)
    }

    /// For tokens of Better Auth's `jwt()` plugin with its default settings: `iss` and `aud` are both the origin of the application's
    /// `baseURL`, without its path and without a slash. `base_url` is that setting, in any form.
    ///
    /// If the plugin is configured with another `issuer` or `audience`, use [`issuer`](Self::issuer) and
    /// [`audience`](Self::audience) instead.
    ///
    /// ```
    /// use auth_core::Validation;
    ///
    /// let validation = Validation::better_auth_jwks("https://app.example/identity/");
    /// assert_eq!(validation.required_issuer(), Some("https://app.example"));
    /// ```
    #[must_use]
    pub fn better_auth_jwks(base_url: &str) -> Self {
        let origin = better_auth_url::origin(base_url);
        Self::new().issuer(&*origin).audience(origin)
    }

    /// For access tokens of Better Auth's OAuth provider (RFC 9068), and of its MCP plugin, which issues the same: `typ` is `at+jwt`,
    /// `iss` the base URL as written if it has a path, and otherwise with `/api/auth`, and `aud` is or contains `resource`, the identifier of this service that
    /// clients request tokens for (RFC 8707).
    ///
    /// Tokens of clients without a user are rejected ([`VerifyError::SubjectIsClient`]), and so are tokens with `cnf` unless
    /// [DPoP](crate::dpop) is configured. Check the scopes of each request: [`AuthenticatedUser::require_scope`].
    ///
    /// ```
    /// use auth_core::Validation;
    ///
    /// let validation = Validation::better_auth_oauth("https://app.example", "https://api.example");
    /// assert_eq!(validation.required_issuer(), Some("https://app.example/api/auth"));
    /// ```
    #[must_use]
    pub fn better_auth_oauth(base_url: &str, resource: &str) -> Self {
        Self::new()
            .issuer(better_auth_url::oauth_issuer(base_url))
            .audience(resource)
            .token_types(["at+jwt", "application/at+jwt"])
    }

    /// Requires `iss` to equal this text (RFC 7519 §4.1.1). A second call replaces the issuer.
    #[must_use]
    pub fn issuer(mut self, issuer: impl Into<String>) -> Self {
        self.issuer = Some(issuer.into().into());
        self
    }

    /// Requires `aud` to equal this text or to be an array that contains it (RFC 7519 §4.1.3). After several calls, any one of
    /// the audiences is sufficient.
    #[must_use]
    pub fn audience(mut self, audience: impl Into<String>) -> Self {
        self.audiences.push(audience.into());
        self
    }

    /// The clock skew accepted on `exp`, `nbf` and `iat`, in seconds (RFC 7519 §4.1.4).
    ///
    /// Returns [`ConfigError::LeewayTooLong`] above [`MAX_LEEWAY_SECONDS`](Self::MAX_LEEWAY_SECONDS).
    pub fn leeway_seconds(mut self, seconds: u64) -> Result<Self, ConfigError> {
        self.leeway_seconds = u32::try_from(seconds)
            .ok()
            .filter(|seconds| *seconds <= Self::MAX_LEEWAY_SECONDS)
            .ok_or(ConfigError::LeewayTooLong { seconds })?;
        Ok(self)
    }

    /// Accepts only tokens whose `typ` is one of these, compared without regard to ASCII case (RFC 8725 §3.11). A token
    /// without a `typ` is rejected. A second call replaces the list. By default `JWT`, `at+jwt`,
    /// `application/at+jwt` and a missing `typ` are accepted.
    ///
    /// `token_types(["at+jwt", "application/at+jwt"])` is the rule of RFC 9068 §4. Tokens of Better Auth's `jwt()` plugin have no `typ`.
    #[must_use]
    pub fn token_types(mut self, types: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.token_types = AllowedTokenTypes::Only(types.into_iter().map(Into::into).collect());
        self
    }

    /// Rejects tokens that were issued longer ago than this, in seconds, plus the leeway, whatever their `exp` is. Makes `iat`
    /// required (RFC 7519 §4.1.6).
    #[must_use]
    pub fn max_age_seconds(mut self, seconds: u32) -> Self {
        self.max_age_seconds = Some(seconds);
        self
    }

    /// Requires this word in the claim `scope`, a list separated by spaces (RFC 8693 §4.2, RFC 9068 §2.2.3). After several
    /// calls, all scopes are required.
    #[must_use]
    pub fn require_scope(mut self, scope: impl Into<String>) -> Self {
        self.scopes.push(scope.into());
        self
    }

    /// Requires the predicate to return `true` for this claim; its argument is `None` if the claim is missing. After several
    /// calls, also for the same claim, all predicates must hold.
    ///
    /// ```
    /// use auth_core::Validation;
    /// use serde_json::json;
    ///
    /// let validation = Validation::new().require_claim("emailVerified", |claim| claim == Some(&json!(true)));
    /// ```
    #[must_use]
    pub fn require_claim(
        mut self,
        claim: impl Into<String>,
        predicate: impl Fn(Option<&Json>) -> bool + Send + Sync + 'static,
    ) -> Self {
        self.claim_requirements.push(ClaimRequirement::new(claim.into(), predicate));
        self
    }

    /// The issuer that is required, if any.
    #[must_use]
    pub fn required_issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The audiences of which one is required. Empty if any audience is accepted.
    #[must_use]
    pub fn allowed_audiences(&self) -> &[String] {
        &self.audiences
    }

    /// An issuer signs tokens for many services with the same key, so issuer and audience must be validated
    /// (RFC 8725 §3.8, §3.9).
    pub(crate) fn require_issuer_and_audience(&self) -> Result<(), ConfigError> {
        if self.issuer.as_deref().is_none_or(str::is_empty) {
            return Err(ConfigError::IssuerMissing);
        }
        let has_audience = !self.audiences.is_empty() && self.audiences.iter().all(|audience| !audience.is_empty());
        if has_audience { Ok(()) } else { Err(ConfigError::AudienceMissing) }
    }

    pub(crate) fn validate_type(&self, typ: &Value<'_>) -> Result<(), VerifyError> {
        if self.token_types.contains(typ) { Ok(()) } else { Err(VerifyError::InvalidTokenType) }
    }

    /// Validates the claims parsed from `payload` at the time `now`, in seconds since 1970, apart from the scopes.
    ///
    /// The registered claims come first (RFC 7519 §4.1), the times last among them: `Expired` means that the client should
    /// request a new token. Then come the rules on whom the token stands for; `confirm` takes whether there is a `cnf`, and returns
    /// the thumbprint of the key that the request has proven.
    pub(crate) fn validate<E: From<VerifyError>>(
        &self,
        claims: Claims<'_>,
        payload: &str,
        now: f64,
        confirm: impl FnOnce(bool) -> Result<Option<Box<str>>, E>,
    ) -> Result<AuthenticatedUser, E> {
        let times = TokenTimes::from_claims(&claims)?;
        let user_id = subject(claims.sub)?;
        self.validate_issuer(&claims.iss)?;
        self.validate_audience(&claims.aud)?;
        validate_required_claims(&self.claim_requirements, payload)?;
        self.validate_times(&times, now)?;

        let key_thumbprint = confirm(!claims.cnf.is_missing())?;
        let has_client = !claims.client_id.is_missing() || !claims.azp.is_missing();
        let is_user = |client: &Value<'_>| matches!(client, Value::String(client) if *client == user_id);
        if is_user(&claims.client_id) || is_user(&claims.azp) {
            return Err(VerifyError::SubjectIsClient.into());
        }
        Ok(AuthenticatedUser {
            issuer: self.issuer.clone(),
            user_id: user_id.into(),
            email: optional_string(claims.email),
            name: optional_string(claims.name),
            session_id: optional_string(claims.sid),
            token_id: optional_string(claims.jti),
            client_id: optional_string(claims.client_id).or_else(|| optional_string(claims.azp)),
            scope: GrantedScope::from_claims(claims.scope, has_client),
            acr: optional_string(claims.acr),
            auth_time: numeric_date(&claims.auth_time).ok().flatten().map(whole_seconds),
            issued_at: times.iat.map(whole_seconds),
            expires_at: whole_seconds(times.exp),
            key_thumbprint,
            claims: (),
        })
    }

    /// Validates the issuer, the audience and the times of a list of revocations, at the time `now` in seconds since 1970.
    /// Returns its `iat`, which is required, and its `exp`.
    #[cfg(feature = "remote")]
    pub(crate) fn validate_list(&self, claims: &Claims<'_>, now: f64) -> Result<(f64, f64), VerifyError> {
        let times = TokenTimes::from_claims(claims)?;
        self.validate_issuer(&claims.iss)?;
        self.validate_audience(&claims.aud)?;
        self.validate_period(&times, now)?;
        Ok((times.iat.ok_or(VerifyError::MissingIssuedAt)?, times.exp))
    }

    /// Requires the scopes of [`require_scope`](Self::require_scope), also of a token that is not restricted to scopes.
    pub(crate) fn validate_scopes(&self, user: &AuthenticatedUser) -> Result<(), VerifyError> {
        let is_granted =
            |required: &String| user.scopes().is_some_and(|mut scopes| scopes.any(|scope| scope == required));
        if self.scopes.iter().all(is_granted) { Ok(()) } else { Err(VerifyError::InsufficientScope) }
    }

    /// The scopes that are required.
    pub(crate) fn required_scopes(&self) -> &[String] {
        &self.scopes
    }

    fn validate_times(&self, times: &TokenTimes, now: f64) -> Result<(), VerifyError> {
        let max_age = self.max_age_seconds.map(f64::from);
        if times.iat.is_none() && max_age.is_some() {
            return Err(VerifyError::MissingIssuedAt);
        }
        self.validate_period(times, now)?;
        let latest = max_age.zip(times.iat).map(|(max_age, iat)| iat + max_age + f64::from(self.leeway_seconds));
        if latest.is_some_and(|latest| now >= latest) { Err(VerifyError::MaxAgeExceeded) } else { Ok(()) }
    }

    fn validate_period(&self, times: &TokenTimes, now: f64) -> Result<(), VerifyError> {
        let TokenTimes { exp, nbf, iat } = *times;
        let leeway = f64::from(self.leeway_seconds);
        if nbf.is_some_and(|nbf| nbf > now + leeway) {
            return Err(VerifyError::NotYetValid);
        }
        if iat.is_some_and(|iat| iat > now + leeway) {
            return Err(VerifyError::IssuedInFuture);
        }
        if now >= exp + leeway { Err(VerifyError::Expired) } else { Ok(()) }
    }

    fn validate_issuer(&self, iss: &Value<'_>) -> Result<(), VerifyError> {
        match (self.required_issuer(), iss) {
            (None, Value::Missing | Value::String(_)) => Ok(()),
            (Some(required), Value::String(iss)) if required == iss => Ok(()),
            _ => Err(VerifyError::InvalidIssuer),
        }
    }

    fn validate_audience(&self, aud: &Value<'_>) -> Result<(), VerifyError> {
        let is_allowed = |aud: &Cow<'_, str>| self.audiences.iter().any(|allowed| allowed == aud);
        let any_allowed = self.audiences.is_empty();
        match aud {
            Value::Missing if any_allowed => Ok(()),
            Value::String(aud) if any_allowed || is_allowed(aud) => Ok(()),
            Value::StringArray(list) if any_allowed || list.iter().any(is_allowed) => Ok(()),
            _ => Err(VerifyError::InvalidAudience),
        }
    }
}

impl Default for Validation {
    fn default() -> Self {
        Self::new()
    }
}

/// The accepted values of `typ` (RFC 8725 §3.11).
#[derive(Clone, Debug, Eq, PartialEq)]
enum AllowedTokenTypes {
    /// A missing `typ`, `JWT`, `at+jwt` or `application/at+jwt` (RFC 9068 §4). Better Auth's other tokens with the same key
    /// have their own types (`better-auth.session-cache+jwt`) and are rejected. So is the long form `application/jwt`
    /// (RFC 7515 §4.1.9): no supported issuer writes it.
    AccessTokens,
    /// Exactly these; a missing `typ` is rejected.
    Only(Vec<String>),
}

impl AllowedTokenTypes {
    fn contains(&self, typ: &Value<'_>) -> bool {
        match (self, typ) {
            (Self::AccessTokens, Value::Missing) => true,
            (Self::AccessTokens, Value::String(typ)) => {
                ["JWT", "at+jwt", "application/at+jwt"].iter().any(|allowed| allowed.eq_ignore_ascii_case(typ))
            }
            (Self::Only(types), Value::String(typ)) => types.iter().any(|allowed| allowed.eq_ignore_ascii_case(typ)),
            _ => false,
        }
    }
}

/// The times of a token, in seconds since 1970.
struct TokenTimes {
    exp: f64,
    nbf: Option<f64>,
    iat: Option<f64>,
}

impl TokenTimes {
    fn from_claims(claims: &Claims<'_>) -> Result<Self, VerifyError> {
        Ok(Self {
            exp: numeric_date(&claims.exp)?.ok_or(VerifyError::MissingExpiration)?,
            nbf: numeric_date(&claims.nbf)?,
            iat: numeric_date(&claims.iat)?,
        })
    }
}

/// A `NumericDate` (RFC 7519 §2): a JSON number of seconds since 1970, possibly with a fraction.
fn numeric_date(value: &Value<'_>) -> Result<Option<f64>, VerifyError> {
    match value {
        Value::Missing => Ok(None),
        Value::Number(seconds) if *seconds <= MAX_NUMERIC_DATE => Ok(Some(*seconds)),
        _ => Err(VerifyError::InvalidNumericDate),
    }
}

/// The subject distinguishes an access token from Better Auth's other tokens under the same secret: e-mail links and session
/// cookies have none. It is used as it is: not trimmed, not case-folded, never replaced by an e-mail address.
fn subject(sub: Value<'_>) -> Result<Cow<'_, str>, VerifyError> {
    match sub {
        Value::String(sub) if is_valid_subject(&sub) => Ok(sub),
        _ => Err(VerifyError::InvalidSubject),
    }
}

/// Optional claims are not worth rejecting a token for, and Better Auth writes `null` for a missing one: any other type than
/// a string counts as missing.
fn optional_string(value: Value<'_>) -> Option<Box<str>> {
    match value {
        Value::String(text) => Some(text.into()),
        _ => None,
    }
}
