//! Why a request has no user, in the words of RFC 6750 §3.

use super::Challenge;
use crate::VerifyError;

/// Why a request has no user, and what to answer.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BearerError {
    /// The request brought no bearer credential: 401 and a challenge without an error code (RFC 6750 §3.1).
    #[error("no bearer credential")]
    MissingCredentials,
    /// It brought more than one: 400 `invalid_request` (RFC 6750 §3.1).
    #[error("more than one credential")]
    MultipleCredentials,
    /// It brought something behind `Bearer` that is no token: 401 `invalid_token`.
    #[error("malformed bearer credential")]
    MalformedCredentials,
    /// It brought a token, and the token was refused: 401 `invalid_token`, or 403 `insufficient_scope`. Or nobody can judge
    /// it, because the issuer's keys are missing: 503.
    #[error(transparent)]
    InvalidToken(#[from] VerifyError),
}

impl BearerError {
    /// For `Retry-After`, in seconds: a guess between a network's hiccup and the cooldown of a remote key set.
    pub const RETRY_AFTER_SECONDS: u32 = 10;

    /// The HTTP status: 400, 401, 403, or 503 for what is [unavailable](Self::is_unavailable).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::MultipleCredentials => 400,
            Self::InvalidToken(VerifyError::InsufficientScope) => 403,
            Self::InvalidToken(VerifyError::KeysUnavailable) => 503,
            Self::MissingCredentials | Self::MalformedCredentials | Self::InvalidToken(_) => 401,
        }
    }

    /// Whether this is the service's trouble and not the request's: the issuer's keys are missing. Send `Retry-After` with
    /// [`RETRY_AFTER_SECONDS`](Self::RETRY_AFTER_SECONDS) then, and no `WWW-Authenticate`: another token would not help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::InvalidToken(why) if why.is_unavailable())
    }

    /// The value of `WWW-Authenticate` for this refusal, unless it [is unavailable](Self::is_unavailable).
    #[must_use]
    pub fn challenge<'r>(&self, realm: &'r str) -> Challenge<'r> {
        Challenge::new(realm, self.error())
    }

    /// What a client may learn: that its token has expired, else nothing about why.
    pub(super) fn error(&self) -> Option<ChallengeError> {
        match self {
            Self::MissingCredentials | Self::InvalidToken(VerifyError::KeysUnavailable) => None,
            Self::InvalidToken(VerifyError::InsufficientScope) => Some(ChallengeError::Scope),
            Self::MultipleCredentials => Some(ChallengeError::Request),
            Self::InvalidToken(why) if why.is_expired() => Some(ChallengeError::Expired),
            Self::MalformedCredentials | Self::InvalidToken(_) => Some(ChallengeError::Token),
        }
    }
}

/// The `error` of a challenge (RFC 6750 §3.1).
#[derive(Clone, Copy)]
pub(super) enum ChallengeError {
    Request,
    Expired,
    Token,
    Scope,
}
