use std::{fmt, sync::LazyLock};

use actix_web::{
    HttpResponse, ResponseError,
    http::{
        StatusCode,
        header::{self, HeaderValue},
    },
    web::Bytes,
};
use auth_core::{
    VerifyError,
    bearer::{BearerError, Challenges},
};
use todo_store::StoreError;

use crate::{explain::FieldError, problem::Kind};

/// Every way a request can fail. This file is the one place that knows their status codes and texts.
#[derive(Debug)]
pub(crate) enum ApiError {
    /// No credential, several, or one that does not hold (RFC 6750 §3).
    Refused(BearerError),
    /// The path names somebody else. The same answer whether or not such a user exists.
    AnotherUser,
    /// The caller asks faster than allowed; seconds until the next request passes.
    TooManyRequests { retry_after: u64 },
    /// The path holds something that is no task id.
    BadTaskId,
    /// A query value is out of bounds.
    BadQuery(Vec<FieldError>),
    /// `Idempotency-Key` is not 1 to 255 printable characters.
    BadIdempotencyKey,
    /// `If-Match` is not a list of entity tags.
    BadPrecondition,
    /// The request breaks HTTP itself (RFC 9110, RFC 9112).
    BadRequest,
    /// The body is not one JSON value in UTF-8.
    MalformedJson,
    /// The body is JSON, but its members are not what they should be.
    BadBody(Vec<FieldError>),
    /// Nothing the client accepts can be sent (RFC 9110 §15.5.7).
    NotAcceptable,
    /// The body is larger than it may be.
    BodyTooLarge,
    /// The request target is longer than it may be.
    UriTooLong,
    /// The body is not `application/json` in UTF-8 without a content coding.
    UnsupportedMediaType,
    /// The body did not arrive in time.
    BodyTimeout,
    /// No task of the caller has this id.
    NoSuchTask,
    /// No route has this path.
    NoSuchPath,
    /// The path is right, the method is not; the methods that are.
    MethodNotAllowed { allow: String },
    /// `If-Match` names a version that is no longer the current one (RFC 9110 §13.1.1).
    Stale,
    /// The `Idempotency-Key` was used with another body.
    KeyReused,
    /// The issuer's keys were never reached yet.
    NoKeys,
    /// A part the answer depends on does not answer now.
    Unavailable(Option<StoreError>),
    /// A fault of ours.
    Internal(Option<StoreError>),
}

/// What a 401 asks for.
static CHALLENGES: LazyLock<Challenges> = LazyLock::new(|| Challenges::new("todo"));

/// The problems that name no members, each written once, by code.
static BODIES: LazyLock<Vec<(&str, Bytes)>> =
    LazyLock::new(|| ApiError::kinds().iter().map(|kind| (kind.code, kind.body(&[]).into())).collect());

/// What a client is told to wait before it asks again while something is away, in seconds.
const RETRY_AFTER: u64 = 2;

impl ApiError {
    /// What of this error a client may branch on.
    #[rustfmt::skip]
    pub(crate) fn kind(&self) -> Kind {
        let (status, code, title, detail) = match self {
            Self::Refused(BearerError::MultipleCredentials) => (400, "invalid_request", "Several credentials", "Send exactly one Authorization header with one bearer token."),
            Self::Refused(BearerError::MissingCredentials) => (401, "missing_token", "Not signed in", "Send an access token: Authorization: Bearer <token>."),
            Self::Refused(BearerError::InvalidToken(why)) if why.is_expired() => (401, "token_expired", "The access token expired", "Get a new access token and try again."),
            Self::Refused(_) => (401, "invalid_token", "The access token is invalid", "Get a new access token and try again."),
            Self::AnotherUser => (403, "forbidden", "Not your tasks", "The path names another user than the access token."),
            Self::TooManyRequests { .. } => (429, "too_many_requests", "Too many requests", "Wait as long as Retry-After says, then try again."),
            Self::BadTaskId => (400, "bad_task_id", "Not a task id", "A task id is a whole number from 1 to 9007199254740991."),
            Self::BadQuery(_) => (400, "bad_query", "Bad query", "See errors: each names a query parameter and what is wrong with it."),
            Self::BadIdempotencyKey => (400, "bad_idempotency_key", "Bad Idempotency-Key", "Send one Idempotency-Key of 1 to 255 printable ASCII characters."),
            Self::BadPrecondition => (400, "bad_precondition", "Bad If-Match", "If-Match is * or a list of entity tags in double quotes."),
            Self::BadRequest => (400, "bad_request", "Bad request", "The request is not well-formed HTTP."),
            Self::MalformedJson => (400, "malformed_json", "Malformed JSON", "The body must be one JSON object in UTF-8."),
            Self::BadBody(_) => (400, "invalid_body", "Invalid body", "See errors: each names a member and what is wrong with it."),
            Self::NotAcceptable => (406, "not_acceptable", "Not acceptable", "Answers are application/json; errors are application/problem+json."),
            Self::BodyTooLarge => (413, "body_too_large", "Body too large", "A body has at most 65536 bytes."),
            Self::UriTooLong => (414, "uri_too_long", "URI too long", "A request target has at most 8192 bytes."),
            Self::UnsupportedMediaType => (415, "unsupported_media_type", "Unsupported media type", "Send Content-Type: application/json, in UTF-8 and without a Content-Encoding."),
            Self::BodyTimeout => (408, "body_timeout", "Body timeout", "The body did not arrive in time."),
            Self::NoSuchTask => (404, "task_not_found", "No such task", "You have no task with this id."),
            Self::NoSuchPath => (404, "not_found", "Not found", "There is nothing at this path."),
            Self::MethodNotAllowed { .. } => (405, "method_not_allowed", "Method not allowed", "See Allow for the methods of this path."),
            Self::Stale => (412, "stale", "The task has changed", "If-Match names an older version: read the task again, then decide."),
            Self::KeyReused => (422, "idempotency_key_reused", "Idempotency-Key reused", "This Idempotency-Key was used with another body: choose a new one."),
            Self::NoKeys | Self::Unavailable(_) => (503, "unavailable", "Not available now", "Nothing was changed. Try again as Retry-After says."),
            Self::Internal(_) => (500, "internal_error", "Internal error", "Something went wrong on our side."),
        };
        Kind { status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), code, title, detail }
    }

    /// Every kind there is, for the documentation of each.
    pub(crate) fn kinds() -> Vec<Kind> {
        let refusals = [
            BearerError::MultipleCredentials,
            BearerError::MissingCredentials,
            VerifyError::Expired.into(),
            BearerError::MalformedCredentials,
        ];
        let errors = [
            Self::AnotherUser,
            Self::TooManyRequests { retry_after: 1 },
            Self::BadTaskId,
            Self::BadQuery(Vec::new()),
            Self::BadIdempotencyKey,
            Self::BadPrecondition,
            Self::BadRequest,
            Self::MalformedJson,
            Self::BadBody(Vec::new()),
            Self::NotAcceptable,
            Self::BodyTooLarge,
            Self::UriTooLong,
            Self::UnsupportedMediaType,
            Self::BodyTimeout,
            Self::NoSuchTask,
            Self::NoSuchPath,
            Self::MethodNotAllowed { allow: String::new() },
            Self::Stale,
            Self::KeyReused,
            Self::Unavailable(None),
            Self::Internal(None),
        ];
        refusals.into_iter().map(Self::Refused).chain(errors).map(|error| error.kind()).collect()
    }

    fn faults(&self) -> &[FieldError] {
        match self {
            Self::BadQuery(faults) | Self::BadBody(faults) => faults,
            _ => &[],
        }
    }
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.kind().status
    }

    fn error_response(&self) -> HttpResponse {
        let (kind, faults) = (self.kind(), self.faults());
        let written = BODIES.iter().find(|(code, _)| *code == kind.code).filter(|_| faults.is_empty());
        let mut response = match written {
            Some((_, body)) => kind.answer(body.clone()),
            None => kind.answer(kind.body(faults)),
        };
        let headers = response.headers_mut();
        match self {
            Self::Refused(refusal) => {
                headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static(CHALLENGES.for_error(refusal)));
            }
            Self::TooManyRequests { retry_after } => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(*retry_after));
            }
            Self::NoKeys | Self::Unavailable(_) => {
                headers.insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER));
            }
            Self::MethodNotAllowed { allow } => {
                headers.insert(header::ALLOW, HeaderValue::from_str(allow).unwrap_or(HeaderValue::from_static("")));
            }
            // What was not read cannot be skipped cheaply: end the connection (RFC 9110 §15.5.9, §15.5.14).
            Self::BodyTimeout | Self::BodyTooLarge => {
                headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
            }
            _ => {}
        }
        response
    }
}

/// For the log, never for the client.
impl fmt::Display for ApiError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refusal) => refusal.fmt(out),
            Self::NoKeys => VerifyError::KeysUnavailable.fmt(out),
            Self::Unavailable(Some(cause)) | Self::Internal(Some(cause)) => cause.fmt(out),
            other => out.write_str(other.kind().title),
        }
    }
}

impl std::error::Error for ApiError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unavailable(Some(cause)) | Self::Internal(Some(cause)) => cause.source(),
            _ => None,
        }
    }
}

impl From<BearerError> for ApiError {
    fn from(refusal: BearerError) -> Self {
        match refusal {
            BearerError::InvalidToken(VerifyError::KeysUnavailable) => Self::NoKeys,
            refusal => Self::Refused(refusal),
        }
    }
}

impl From<StoreError> for ApiError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::NotFound => Self::NoSuchTask,
            StoreError::VersionMismatch => Self::Stale,
            StoreError::IdempotencyKeyReused => Self::KeyReused,
            StoreError::Unavailable(_) => Self::Unavailable(Some(error)),
            _ => Self::Internal(Some(error)),
        }
    }
}
