//! The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9110 §11.6.1).

use std::borrow::Cow;

use super::BearerError;
use crate::VerifyError;

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

    /// The value of `WWW-Authenticate` for this error. Do not send it if the error
    /// [is unavailable](BearerError::is_unavailable).
    #[must_use]
    pub fn for_error(&self, error: &BearerError) -> Cow<'_, str> {
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
            BearerError::InvalidToken(error) if error.is_unavailable() => &self.no_error,
            BearerError::InvalidToken(error) if error.is_expired() => &self.expired_token,
            BearerError::MalformedCredentials | BearerError::InvalidToken(_) => &self.invalid_token,
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
