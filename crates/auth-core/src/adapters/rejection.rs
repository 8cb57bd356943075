//! The response to a request without a user.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

use crate::bearer::{BearerError, Challenges, Scheme};

/// Why a request has no user, with the response to send: status, fields and body, independent of the web framework.
///
/// `Display` is for the log. The client learns no more than RFC 6750 §3 requires.
#[derive(Clone, Debug)]
pub struct Rejection {
    error: BearerError,
    scheme: Scheme,
    dpop_nonce: Option<String>,
    challenges: Arc<Challenges>,
}

impl Rejection {
    /// The media type of [`problem_json`](Self::problem_json) (RFC 9457 §3).
    pub const CONTENT_TYPE: &'static str = "application/problem+json";

    pub(super) fn new(
        error: BearerError,
        scheme: Scheme,
        dpop_nonce: Option<String>,
        challenges: Arc<Challenges>,
    ) -> Self {
        Self { error, scheme, dpop_nonce, challenges }
    }

    /// Why the request was rejected, for the log or for a response of your own.
    #[must_use]
    pub fn error(&self) -> &BearerError {
        &self.error
    }

    /// The HTTP status: 400, 401, 403 or 503.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.error.status()
    }

    /// The value of `WWW-Authenticate` (RFC 6750 §3), or `None` with status 503: another token would not help.
    #[must_use]
    pub fn challenge(&self) -> Option<Cow<'_, str>> {
        (!self.error.is_unavailable()).then(|| match self.scheme {
            Scheme::Bearer => self.challenges.for_error(&self.error),
            Scheme::Dpop => self.challenges.for_dpop_error(&self.error),
        })
    }

    /// The value of `DPoP-Nonce` (RFC 9449 §9) if the DPoP proof of the next request needs it.
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<&str> {
        self.dpop_nonce.as_deref()
    }

    /// The value of `Retry-After` in seconds (RFC 9110 §10.2.3), with status 503 only.
    #[must_use]
    pub fn retry_after_seconds(&self) -> Option<u32> {
        self.error.is_unavailable().then_some(BearerError::RETRY_AFTER_SECONDS)
    }

    /// A problem details body (RFC 9457 §4.2.1) with the status and its title, as JSON text.
    #[must_use]
    pub fn problem_json(&self) -> String {
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

impl From<Rejection> for BearerError {
    fn from(rejection: Rejection) -> Self {
        rejection.error
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl std::error::Error for Rejection {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.error.source()
    }
}
