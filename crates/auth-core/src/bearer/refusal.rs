//! Why a request has no user, in the words of RFC 6750 §3.

use super::Challenge;
use crate::VerifyError;

/// Why a request has no user, and what to answer.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The request brought no bearer credential: 401 and a challenge without an error code (RFC 6750 §3.1).
    #[error("no bearer credential")]
    NoCredential,
    /// It brought more than one: 400 `invalid_request` (RFC 6750 §3.1).
    #[error("more than one credential")]
    SeveralCredentials,
    /// It brought something behind `Bearer` that is no token: 401 `invalid_token`.
    #[error("malformed bearer credential")]
    Malformed,
    /// It brought a token, and the token was refused: 401 `invalid_token`, or 403 `insufficient_scope`. Or nobody can judge
    /// it, because the issuer's keys are missing: 503.
    #[error(transparent)]
    Refused(#[from] VerifyError),
}

impl Refusal {
    /// For `Retry-After`, in seconds: a guess between a network's hiccup and the cooldown of a remote key set.
    pub const RETRY_AFTER_SECONDS: u32 = 10;

    /// The HTTP status: 400, 401, 403, or 503 for what is [unavailable](Self::is_unavailable).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::SeveralCredentials => 400,
            Self::Refused(VerifyError::Scope) => 403,
            Self::Refused(VerifyError::KeysUnavailable) => 503,
            Self::NoCredential | Self::Malformed | Self::Refused(_) => 401,
        }
    }

    /// Whether this is the service's trouble and not the request's: the issuer's keys are missing. Send `Retry-After` with
    /// [`RETRY_AFTER_SECONDS`](Self::RETRY_AFTER_SECONDS) then, and no `WWW-Authenticate`: another token would not help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::Refused(why) if why.is_unavailable())
    }

    /// The value of `WWW-Authenticate` for this refusal, unless it [is unavailable](Self::is_unavailable).
    #[must_use]
    pub fn challenge<'r>(&self, realm: &'r str) -> Challenge<'r> {
        Challenge::new(realm, self.error())
    }

    /// What a client may learn: that its token has expired, else nothing about why.
    pub(super) fn error(&self) -> Option<ChallengeError> {
        match self {
            Self::NoCredential | Self::Refused(VerifyError::KeysUnavailable) => None,
            Self::Refused(VerifyError::Scope) => Some(ChallengeError::Scope),
            Self::SeveralCredentials => Some(ChallengeError::Request),
            Self::Refused(why) if why.is_expired() => Some(ChallengeError::Expired),
            Self::Malformed | Self::Refused(_) => Some(ChallengeError::Token),
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
