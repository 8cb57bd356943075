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
    /// It brought a token, and the token was refused: 401 `invalid_token`.
    #[error(transparent)]
    Refused(#[from] VerifyError),
}

impl Refusal {
    /// The HTTP status: 400 or 401.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::SeveralCredentials => 400,
            Self::NoCredential | Self::Malformed | Self::Refused(_) => 401,
        }
    }

    /// The value of `WWW-Authenticate` for this refusal.
    #[must_use]
    pub fn challenge<'r>(&self, realm: &'r str) -> Challenge<'r> {
        Challenge::new(realm, self.error())
    }

    /// What a client may learn: that its token has expired, else nothing about why.
    pub(super) fn error(&self) -> Option<ChallengeError> {
        match self {
            Self::NoCredential => None,
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
}
