//! Error responses that several operations share, for the OpenAPI document.

use utoipa::IntoResponses;

use crate::error::Problem;

/// Errors of every task operation.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "describes responses and is never constructed")]
pub(crate) enum CommonErrors<'a> {
    /// The request is not what it should be
    #[response(status = 400, content_type = "application/problem+json")]
    BadRequest(Problem<'a>),
    /// No valid access token; see `WWW-Authenticate`
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(Problem<'a>),
    /// The path names another user, or the token lacks a scope; see `WWW-Authenticate`
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem<'a>),
    /// Too many requests; see `Retry-After`
    #[response(status = 429, content_type = "application/problem+json")]
    TooManyRequests(Problem<'a>),
    /// Not available now; see `Retry-After`
    #[response(status = 503, content_type = "application/problem+json")]
    ServiceUnavailable(Problem<'a>),
}

/// The caller has no such task
#[derive(IntoResponses)]
#[response(status = 404, content_type = "application/problem+json")]
#[expect(dead_code, reason = "describes a response and is never constructed")]
pub(crate) struct TaskNotFound<'a>(Problem<'a>);

/// `If-Match` names an older version
#[derive(IntoResponses)]
#[response(status = 412, content_type = "application/problem+json")]
#[expect(dead_code, reason = "describes a response and is never constructed")]
pub(crate) struct PreconditionFailed<'a>(Problem<'a>);
