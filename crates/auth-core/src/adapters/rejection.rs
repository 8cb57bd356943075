//! A refusal on its way to the client.

use std::fmt;

use super::Authenticator;
use crate::bearer::BearerError;

/// Why a request has no user, ready to be answered: status, challenge and body, whatever the framework.
///
/// `Display` tells the log why. The client learns of the [`BearerError`] no more than RFC 6750 §3 asks for.
#[derive(Clone, Debug)]
pub struct Rejection {
    why: BearerError,
    by: Authenticator,
}

impl Rejection {
    /// The media type of [`problem`](Self::problem) (RFC 9457 §3).
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    pub(super) fn new(why: BearerError, by: Authenticator) -> Self {
        Self { why, by }
    }

    /// Why the request was refused, for the log.
    #[must_use]
    pub fn refusal(&self) -> &BearerError {
        &self.why
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.why.status()
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), unless the trouble is the service's own: another token would not help.
    #[must_use]
    pub fn challenge(&self) -> Option<&str> {
        (!self.why.is_unavailable()).then(|| self.by.challenges().of(&self.why))
    }

    /// The value of `Retry-After` in seconds (RFC 9110 §10.2.3), where waiting helps.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.why.is_unavailable().then_some(BearerError::RETRY_AFTER_SECONDS)
    }

    /// A body that repeats the status and adds nothing (RFC 9457 §4.2.1), as JSON text.
    #[must_use]
    pub fn problem(&self) -> String {
        let status = self.status();
        let title = match status {
            400 => "Bad Request",
            403 => "Forbidden",
            503 => "Service Unavailable",
            _ => "Unauthorized",
        };
        format!(r#"{{"title":"{title}","status":{status}}}"#)
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.why.fmt(f)
    }
}

impl std::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.why.source()
    }
}
