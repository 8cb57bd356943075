//! Problem details (RFC 9457): the kinds of problem of this API, and their JSON.

use std::borrow::Cow;

use actix_web::{http::StatusCode, web::Bytes};
use serde::Serialize;
use utoipa::ToSchema;

/// Media type of every error body (RFC 9457 §3).
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// One kind of problem. Its code and its page at `/problems/{code}` are stable.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ProblemKind {
    pub(crate) status: u16,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
    /// The JSON of this problem without field errors, for the kinds that are known at compile time.
    json: Option<&'static str>,
}

/// Declares a constant for each kind, with its JSON, and [`PROBLEM_KINDS`]. No text may need escaping in JSON.
macro_rules! problem_kinds {
    ($($name:ident = $status:literal, $code:literal, $title:literal, $detail:literal;)+) => {
        impl ProblemKind {
            $(pub(crate) const $name: Self = Self {
                status: $status,
                code: $code,
                title: $title,
                detail: $detail,
                json: Some(concat!(
                    r#"{"type":"/problems/"#, $code, r#"","title":""#, $title, r#"","status":"#, $status,
                    r#","detail":""#, $detail, r#"","code":""#, $code, r#""}"#,
                )),
            };)+
        }

        /// Every kind that has a page.
        pub(crate) const PROBLEM_KINDS: &[ProblemKind] = &[$(ProblemKind::$name),+];
    };
}

#[rustfmt::skip]
problem_kinds! {
    MULTIPLE_CREDENTIALS = 400, "invalid_request", "Several credentials", "Send exactly one Authorization header with one bearer token.";
    MISSING_TOKEN = 401, "missing_token", "Not signed in", "Send an access token: Authorization: Bearer <token>.";
    TOKEN_EXPIRED = 401, "token_expired", "The access token expired", "Get a new access token and try again.";
    INVALID_TOKEN = 401, "invalid_token", "The access token is invalid", "Get a new access token and try again.";
    FORBIDDEN = 403, "forbidden", "Not your tasks", "The path names another user than the access token.";
    INSUFFICIENT_SCOPE = 403, "insufficient_scope", "A scope is missing", "Get an access token with the scope that WWW-Authenticate names.";
    TOO_MANY_REQUESTS = 429, "too_many_requests", "Too many requests", "Wait as long as Retry-After says, then try again.";
    INVALID_TASK_ID = 400, "bad_task_id", "Not a task id", "A task id is a whole number from 1 to 9007199254740991.";
    INVALID_QUERY = 400, "bad_query", "Bad query", "See errors: each names a query parameter and what is wrong with it.";
    INVALID_IDEMPOTENCY_KEY = 400, "bad_idempotency_key", "Bad Idempotency-Key", "Send one Idempotency-Key of 1 to 255 printable ASCII characters.";
    INVALID_IF_MATCH = 400, "bad_precondition", "Bad If-Match", "If-Match is * or a list of entity tags in double quotes.";
    BAD_REQUEST = 400, "bad_request", "Bad request", "The request is not well-formed HTTP.";
    MALFORMED_JSON = 400, "malformed_json", "Malformed JSON", "The body must be one JSON object in UTF-8.";
    INVALID_BODY = 400, "invalid_body", "Invalid body", "See errors: each names a member and what is wrong with it.";
    NOT_ACCEPTABLE = 406, "not_acceptable", "Not acceptable", "Answers are application/json; errors are application/problem+json.";
    BODY_TOO_LARGE = 413, "body_too_large", "Body too large", "A body has at most 65536 bytes.";
    URI_TOO_LONG = 414, "uri_too_long", "URI too long", "A request target has at most 8192 bytes.";
    UNSUPPORTED_MEDIA_TYPE = 415, "unsupported_media_type", "Unsupported media type", "Send Content-Type: application/json, in UTF-8 and without a Content-Encoding.";
    BODY_TIMEOUT = 408, "body_timeout", "Body timeout", "The body did not arrive in time.";
    TASK_NOT_FOUND = 404, "task_not_found", "No such task", "You have no task with this id.";
    ROUTE_NOT_FOUND = 404, "not_found", "Not found", "There is nothing at this path.";
    METHOD_NOT_ALLOWED = 405, "method_not_allowed", "Method not allowed", "See Allow for the methods of this path.";
    PRECONDITION_FAILED = 412, "stale", "The task has changed", "If-Match names an older version: read the task again, then decide.";
    IDEMPOTENCY_KEY_REUSED = 422, "idempotency_key_reused", "Idempotency-Key reused", "This Idempotency-Key was used with another body: choose a new one.";
    UNAVAILABLE = 503, "unavailable", "Not available now", "Nothing was changed. Try again as Retry-After says.";
    INTERNAL_ERROR = 500, "internal_error", "Internal error", "Something went wrong on our side.";
}

impl ProblemKind {
    /// The kind of an error of the framework, of which only the status is known.
    pub(crate) fn from_status(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::ROUTE_NOT_FOUND,
            StatusCode::METHOD_NOT_ALLOWED => Self::METHOD_NOT_ALLOWED,
            StatusCode::PAYLOAD_TOO_LARGE => Self::BODY_TOO_LARGE,
            StatusCode::INTERNAL_SERVER_ERROR => Self::INTERNAL_ERROR,
            _ => Self {
                status: status.as_u16(),
                code: "http_error",
                title: status.canonical_reason().unwrap_or("HTTP error"),
                detail: "The request could not be served as it was sent.",
                json: None,
            },
        }
    }

    pub(crate) fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The body of an error response.
    pub(crate) fn to_json(self, errors: &[FieldError]) -> Bytes {
        match self.json {
            Some(json) if errors.is_empty() => Bytes::from_static(json.as_bytes()),
            _ => serde_json::to_vec(&Problem::new(self, errors)).unwrap_or_default().into(),
        }
    }
}

/// An error as it travels (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(crate) struct Problem<'a> {
    /// Which kind of problem: a stable URI reference, one for each `code`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/task_not_found")]
    kind: String,
    /// The kind in a few words.
    #[schema(example = "No such task")]
    title: &'static str,
    /// The HTTP status.
    #[schema(example = 404, value_type = u16)]
    status: u16,
    /// What to do about it.
    #[schema(example = "You have no task with this id.")]
    detail: &'static str,
    /// The kind, to branch on.
    #[schema(example = "task_not_found")]
    code: &'static str,
    /// What is wrong, member by member; only where there are members to name.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldError],
}

impl<'a> Problem<'a> {
    fn new(kind: ProblemKind, errors: &'a [FieldError]) -> Self {
        let ProblemKind { status, code, title, detail, json: _ } = kind;
        Self { kind: format!("/problems/{code}"), title, status, detail, code, errors }
    }
}

/// What is wrong with one member of a body, or with one query parameter.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Which member; empty when it is the body as a whole.
    #[schema(value_type = String, example = "title")]
    pub(crate) field: Cow<'static, str>,
    /// What is wrong, to branch on.
    #[schema(example = "too_long")]
    pub(crate) code: &'static str,
    /// What is wrong, to read.
    #[schema(value_type = String, example = "must be at most 255 characters long")]
    pub(crate) detail: Cow<'static, str>,
}

impl FieldError {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn constant_json_equals_serialized_problem() {
        for kind in PROBLEM_KINDS {
            let serialized = serde_json::to_string(&Problem::new(*kind, &[])).unwrap();
            assert_eq!(kind.json, Some(serialized.as_str()));
        }
    }

    #[test]
    fn problem_kinds_have_a_valid_error_status_and_a_code_of_their_own() {
        for (index, kind) in PROBLEM_KINDS.iter().enumerate() {
            assert_eq!(kind.status_code().as_u16(), kind.status);
            assert!((400..600).contains(&kind.status));
            assert!(PROBLEM_KINDS[..index].iter().all(|other| other.code != kind.code), "{}", kind.code);
        }
    }
}
