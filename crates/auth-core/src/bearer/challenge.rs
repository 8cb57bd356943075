//! The value of `WWW-Authenticate` (RFC 6750 §3, RFC 9110 §11.6.1).

use std::fmt::{self, Write as _};

use super::BearerError;
use super::error::ChallengeError;

/// One challenge, written by `Display` without an allocation of its own: visible ASCII and spaces, whatever the realm.
#[derive(Clone, Copy, Debug)]
pub struct Challenge<'r> {
    realm: &'r str,
    error: &'static str,
}

impl<'r> Challenge<'r> {
    pub(super) fn new(realm: &'r str, error: Option<ChallengeError>) -> Self {
        let error = match error {
            None => "",
            Some(ChallengeError::Request) => r#", error="invalid_request""#,
            Some(ChallengeError::Scope) => r#", error="insufficient_scope""#,
            Some(ChallengeError::Expired) => r#", error="invalid_token", error_description="The access token expired""#,
            Some(ChallengeError::Token) => {
                r#", error="invalid_token", error_description="The access token is invalid""#
            }
        };
        Self { realm, error }
    }
}

impl fmt::Display for Challenge<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Bearer realm=\"")?;
        for c in self.realm.chars() {
            match c {
                '"' | '\\' => write!(f, "\\{c}")?,
                ' '..='~' => f.write_char(c)?,
                _ => f.write_char('?')?,
            }
        }
        write!(f, "\"{}", self.error)
    }
}

/// All challenges of a realm, written once: a flood of bad requests then costs no formatting.
///
/// ```
/// use auth_core::bearer::{Challenges, BearerError};
///
/// let challenges = Challenges::new("todo");
/// assert_eq!(challenges.of(&BearerError::MultipleCredentials), r#"Bearer realm="todo", error="invalid_request""#);
/// ```
#[derive(Clone, Debug)]
pub struct Challenges {
    none: String,
    request: String,
    expired: String,
    token: String,
    scope: String,
}

impl Challenges {
    /// Writes the challenges of this realm.
    #[must_use]
    pub fn new(realm: &str) -> Self {
        let write = |error| Challenge::new(realm, error).to_string();
        Self {
            none: write(None),
            request: write(Some(ChallengeError::Request)),
            expired: write(Some(ChallengeError::Expired)),
            token: write(Some(ChallengeError::Token)),
            scope: write(Some(ChallengeError::Scope)),
        }
    }

    /// The value of `WWW-Authenticate` for this refusal.
    #[must_use]
    pub fn of(&self, refusal: &BearerError) -> &str {
        match refusal.error() {
            None => &self.none,
            Some(ChallengeError::Request) => &self.request,
            Some(ChallengeError::Expired) => &self.expired,
            Some(ChallengeError::Token) => &self.token,
            Some(ChallengeError::Scope) => &self.scope,
        }
    }
}
