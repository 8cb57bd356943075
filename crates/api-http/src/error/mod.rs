//! Every way in which a request can fail, with its response.

mod limit;
mod problem;

use std::fmt;

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        ConnectionType, StatusCode,
        header::{self, HeaderValue},
    },
};
use auth_core::{adapters::Rejection, bearer::BearerError};
use todo_store::StoreError;

pub(crate) use limit::Limit;
pub(crate) use problem::{FieldError, MEDIA_TYPE, PROBLEM_KINDS, Problem, ProblemKind};

/// `Retry-After` of a 503, in seconds.
const RETRY_AFTER_SECONDS: u64 = 2;

/// Maximum number of [`FieldError`]s in a response.
pub(crate) const MAX_FIELD_ERRORS: usize = 10;

/// Every way in which a request can fail.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// Missing, multiple or invalid credentials (RFC 6750 §3).
    Unauthenticated(Rejection),
    /// The path names another user. The response is the same whether or not that user exists.
    NotOwner,
    /// The token lacks the scope of the operation (RFC 6750 §3.1).
    InsufficientScope(Rejection),
    /// The user exceeded a limit; seconds until the next request may be allowed.
    TooManyRequests { limit: Limit, retry_after: u64 },
    /// The path contains an invalid task id.
    InvalidTaskId,
    /// A query parameter is invalid.
    InvalidQuery(Vec<FieldError>),
    /// `Idempotency-Key` is not 1 to 255 printable ASCII characters.
    InvalidIdempotencyKey,
    /// `If-Match` is not a list of entity tags.
    InvalidIfMatch,
    /// The request violates HTTP itself (RFC 9110, RFC 9112).
    BadRequest,
    /// The body is not one JSON value in UTF-8.
    MalformedJson,
    /// The body is JSON with invalid members.
    InvalidBody(Vec<FieldError>),
    /// No media type that the client accepts is available (RFC 9110 §15.5.7).
    NotAcceptable,
    /// The body exceeds the maximum size.
    BodyTooLarge,
    /// The request target exceeds the maximum length.
    UriTooLong,
    /// The body is not `application/json` in UTF-8 without a content coding.
    UnsupportedMediaType,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The user has no task with this id.
    TaskNotFound,
    /// No route has this path.
    RouteNotFound,
    /// `If-Match` names no current version (RFC 9110 §13.1.1).
    PreconditionFailed,
    /// The `Idempotency-Key` was used with another body.
    IdempotencyKeyReused,
    /// The issuer's keys or its list of revocations are not available.
    TokenUnverifiable(Rejection),
    /// The database does not respond.
    Unavailable(StoreError),
    /// An error of the service itself.
    Internal(Option<StoreError>),
}

impl ApiError {
    fn kind(&self) -> ProblemKind {
        match self {
            Self::Unauthenticated(rejection) => match rejection.error() {
                BearerError::MultipleCredentials => ProblemKind::MULTIPLE_CREDENTIALS,
                BearerError::MissingCredentials => ProblemKind::MISSING_TOKEN,
                BearerError::InvalidToken(error) if error.is_expired() => ProblemKind::TOKEN_EXPIRED,
                _ => ProblemKind::INVALID_TOKEN,
            },
            Self::NotOwner => ProblemKind::FORBIDDEN,
            Self::TooManyRequests { .. } => ProblemKind::TOO_MANY_REQUESTS,
            Self::InvalidTaskId => ProblemKind::INVALID_TASK_ID,
            Self::InvalidQuery(_) => ProblemKind::INVALID_QUERY,
            Self::InvalidIdempotencyKey => ProblemKind::INVALID_IDEMPOTENCY_KEY,
            Self::InvalidIfMatch => ProblemKind::INVALID_IF_MATCH,
            Self::BadRequest => ProblemKind::BAD_REQUEST,
            Self::MalformedJson => ProblemKind::MALFORMED_JSON,
            Self::InvalidBody(_) => ProblemKind::INVALID_BODY,
            Self::NotAcceptable => ProblemKind::NOT_ACCEPTABLE,
            Self::BodyTooLarge => ProblemKind::BODY_TOO_LARGE,
            Self::UriTooLong => ProblemKind::URI_TOO_LONG,
            Self::UnsupportedMediaType => ProblemKind::UNSUPPORTED_MEDIA_TYPE,
            Self::BodyTimeout => ProblemKind::BODY_TIMEOUT,
            Self::TaskNotFound => ProblemKind::TASK_NOT_FOUND,
            Self::RouteNotFound => ProblemKind::ROUTE_NOT_FOUND,
            Self::PreconditionFailed => ProblemKind::PRECONDITION_FAILED,
            Self::IdempotencyKeyReused => ProblemKind::IDEMPOTENCY_KEY_REUSED,
            Self::InsufficientScope(_) => ProblemKind::INSUFFICIENT_SCOPE,
            Self::TokenUnverifiable(_) | Self::Unavailable(_) => ProblemKind::UNAVAILABLE,
            Self::Internal(_) => ProblemKind::INTERNAL_ERROR,
        }
    }

    fn field_errors(&self) -> &[FieldError] {
        match self {
            Self::InvalidQuery(errors) | Self::InvalidBody(errors) => errors,
            _ => &[],
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.kind().status_code()
    }

    fn error_response(&self) -> HttpResponse {
        let kind = self.kind();
        let mut response =
            HttpResponse::build(kind.status_code()).content_type(MEDIA_TYPE).body(kind.to_json(self.field_errors()));
        let headers = response.headers_mut();
        match self {
            Self::Unauthenticated(rejection) | Self::InsufficientScope(rejection) => {
                if let Some(challenge) = rejection.challenge().and_then(|text| HeaderValue::from_str(&text).ok()) {
                    headers.insert(header::WWW_AUTHENTICATE, challenge);
                }
            }
            Self::TooManyRequests { limit, retry_after } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
                // A client that does not read responses does not need an idle connection either.
                if *limit == Limit::UnfinishedResponses {
                    response.head_mut().set_connection_type(ConnectionType::Close);
                }
            }
            Self::TokenUnverifiable(_) | Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
            }
            _ => {}
        }
        response
    }
}

/// For the log. Clients get the problem's texts only.
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unauthenticated(rejection)
            | Self::InsufficientScope(rejection)
            | Self::TokenUnverifiable(rejection) => rejection.fmt(f),
            Self::TooManyRequests { limit, .. } => write!(f, "{}: {}", self.kind().title, limit.name()),
            Self::Unavailable(error) | Self::Internal(Some(error)) => error.fmt(f),
            other => f.write_str(other.kind().title),
        }
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(error) | Self::Internal(Some(error)) => error.source(),
            _ => None,
        }
    }
}

impl From<Rejection> for ApiError {
    fn from(rejection: Rejection) -> Self {
        match rejection.error() {
            error if error.is_unavailable() => Self::TokenUnverifiable(rejection),
            BearerError::InsufficientScope { .. } => Self::InsufficientScope(rejection),
            _ => Self::Unauthenticated(rejection),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::TaskNotFound,
            StoreError::VersionMismatch => Self::PreconditionFailed,
            StoreError::IdempotencyKeyReused => Self::IdempotencyKeyReused,
            StoreError::Unavailable(_) => Self::Unavailable(error),
            _ => Self::Internal(Some(error)),
        }
    }
}
