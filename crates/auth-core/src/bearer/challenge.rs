//! The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9110 §11.6.1).

use std::borrow::Cow;

use super::BearerError;
use crate::VerifyError;
use crate::dpop::{DpopError, DpopVerifier};

/// The challenges of a realm, formatted once, so that a flood of invalid requests costs no formatting.
///
/// A client learns that its token has expired, or which scope a request needs, and nothing else about a rejected token.
///
/// ```
/// use auth_core::bearer::{BearerError, Challenges};
///
/// let challenges = Challenges::new("todo");
/// assert_eq!(
///     challenges.for_error(&BearerError::MultipleCredentials),
///     r#"Bearer realm="todo", error="invalid_request""#,
/// );
/// ```
#[derive(Clone, Debug)]
pub struct Challenges {
    no_error: String,
    invalid_request: String,
    expired_token: String,
    invalid_token: String,
    insufficient_scope: String,
    insufficient_user_authentication: String,
    /// `, resource_metadata="…"`, or nothing.
    resource_metadata: String,
    /// With DPoP, what is sent for requests under another scheme.
    dpop: Option<DpopChallenges>,
}

/// The parts of challenges of the scheme `DPoP` (RFC 9449 §7.1).
#[derive(Clone, Debug)]
struct DpopChallenges {
    /// `, algs="…"`.
    algs: String,
    /// Whether the scheme `Bearer` is not accepted.
    is_required: bool,
}

impl Challenges {
    /// Formats the challenges of this realm. They consist of visible ASCII and spaces: `"` and `\` in the realm are escaped
    /// (RFC 9110 §5.6.4), other characters are replaced by `?`.
    #[must_use]
    pub fn new(realm: &str) -> Self {
        let realm = quoted_string(realm);
        Self {
            no_error: format!("Bearer realm={realm}"),
            invalid_request: format!(r#"Bearer realm={realm}, error="invalid_request""#),
            expired_token: format!(
                r#"Bearer realm={realm}, error="invalid_token", error_description="The access token expired""#
            ),
            invalid_token: format!(
                r#"Bearer realm={realm}, error="invalid_token", error_description="The access token is invalid""#
            ),
            insufficient_scope: format!(r#"Bearer realm={realm}, error="insufficient_scope""#),
            insufficient_user_authentication: format!(
                r#"Bearer realm={realm}, error="insufficient_user_authentication", error_description="#
            ),
            resource_metadata: String::new(),
            dpop: None,
        }
    }

    /// Adds `resource_metadata` with this URL to every challenge (RFC 9728 §5.1). Call it once.
    #[must_use]
    pub fn with_resource_metadata(mut self, url: &str) -> Self {
        self.resource_metadata = format!(", resource_metadata={}", quoted_string(url));
        let complete = [
            &mut self.no_error,
            &mut self.invalid_request,
            &mut self.expired_token,
            &mut self.invalid_token,
            &mut self.insufficient_scope,
        ];
        for challenge in complete {
            challenge.push_str(&self.resource_metadata);
        }
        self
    }

    /// Adds a challenge of the scheme `DPoP` with the algorithms of this verifier in `algs` (RFC 9449 §7.1), which is the only one if
    /// DPoP is required. A second call replaces it.
    #[must_use]
    pub fn with_dpop(mut self, dpop: &DpopVerifier) -> Self {
        let names: Vec<_> = dpop.algorithm_names().collect();
        let algs = format!(", algs={}", quoted_string(&names.join(" ")));
        self.dpop = Some(DpopChallenges { algs, is_required: dpop.is_required() });
        self
    }

    /// The value of `WWW-Authenticate` for this error of a request without credentials or under the scheme `Bearer`. Do not send it if
    /// the error [is unavailable](BearerError::is_unavailable).
    ///
    /// With [DPoP](Self::with_dpop) it is a list of two challenges.
    ///
    /// ```
    /// use auth_core::Algorithm;
    /// use auth_core::bearer::{BearerError, Challenges};
    /// use auth_core::dpop::DpopVerifier;
    ///
    /// let dpop = DpopVerifier::new("https://api.example")?.algorithms([Algorithm::Es256, Algorithm::EdDsa])?;
    /// assert_eq!(
    ///     Challenges::new("todo").with_dpop(&dpop).for_error(&BearerError::MissingCredentials),
    ///     r#"Bearer realm="todo", DPoP realm="todo", algs="ES256 EdDSA""#,
    /// );
    /// # Ok::<(), auth_core::ConfigError>(())
    /// ```
    #[must_use]
    pub fn for_error(&self, error: &BearerError) -> Cow<'_, str> {
        let bearer = self.bearer_challenge(error);
        match &self.dpop {
            None => bearer,
            Some(dpop) if dpop.is_required => Cow::Owned(dpop.challenge(&bearer)),
            Some(dpop) => Cow::Owned(format!("{bearer}, {}", dpop.challenge(&self.no_error))),
        }
    }

    /// The value of `WWW-Authenticate` for this error of a request under the scheme `DPoP`, if [DPoP](Self::with_dpop) is configured.
    /// Without it, that of [`for_error`](Self::for_error).
    #[must_use]
    pub fn for_dpop_error(&self, error: &BearerError) -> Cow<'_, str> {
        let bearer = self.bearer_challenge(error);
        match &self.dpop {
            None => bearer,
            Some(dpop) => Cow::Owned(dpop.challenge(&bearer)),
        }
    }

    fn bearer_challenge(&self, error: &BearerError) -> Cow<'_, str> {
        let challenge = match error {
            BearerError::MissingCredentials => &self.no_error,
            BearerError::MultipleCredentials => &self.invalid_request,
            BearerError::InsufficientScope { scope } => {
                return Cow::Owned(format!("{}, scope={}", self.insufficient_scope, quoted_string(scope)));
            }
            BearerError::InsufficientUserAuthentication { acr_values, max_age_seconds } => {
                return Cow::Owned(self.for_user_authentication(acr_values.as_deref(), *max_age_seconds));
            }
            BearerError::ClaimsNotAllowed | BearerError::InvalidToken(VerifyError::InsufficientScope) => {
                &self.insufficient_scope
            }
            BearerError::InvalidDpopProof(error) if !error.is_unavailable() => {
                let (code, description) = (error.code(), dpop_description(*error));
                return Cow::Owned(format!(r#"{}, error="{code}", error_description="{description}""#, self.no_error));
            }
            error if error.is_unavailable() => &self.no_error,
            BearerError::InvalidToken(error) if error.is_expired() => &self.expired_token,
            BearerError::MalformedCredentials
            | BearerError::InvalidToken(_)
            | BearerError::DpopRequired
            | BearerError::InvalidDpopProof(_) => &self.invalid_token,
        };
        Cow::Borrowed(challenge)
    }

    /// The descriptions are those of RFC 9470 §3.
    fn for_user_authentication(&self, acr_values: Option<&str>, max_age_seconds: Option<u32>) -> String {
        let description = match acr_values {
            Some(_) => "A different authentication level is required",
            None => "A more recent authentication is required",
        };
        let mut challenge = format!("{}\"{description}\"", self.insufficient_user_authentication);
        if let Some(acr_values) = acr_values {
            challenge.extend([", acr_values=", &quoted_string(acr_values)]);
        }
        if let Some(seconds) = max_age_seconds {
            challenge.extend([", max_age=", &quoted_string(&seconds.to_string())]);
        }
        challenge.push_str(&self.resource_metadata);
        challenge
    }
}

impl DpopChallenges {
    /// The same parameters under the scheme `DPoP`, and `algs`.
    fn challenge(&self, bearer: &str) -> String {
        format!("DPoP{}{}", bearer.strip_prefix("Bearer").unwrap_or(bearer), self.algs)
    }
}

/// The first is that of RFC 9449 §7.1.
fn dpop_description(error: DpopError) -> &'static str {
    match error.code() {
        "invalid_token" => "Invalid DPoP key binding",
        "use_dpop_nonce" => "The DPoP proof needs the nonce of the field DPoP-Nonce",
        _ => "The DPoP proof is invalid",
    }
}

fn quoted_string(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            ' '..='~' => quoted.push(c),
            _ => quoted.push('?'),
        }
    }
    quoted.push('"');
    quoted
}
