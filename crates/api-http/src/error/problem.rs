use actix_web::{HttpResponse, body::MessageBody, http::StatusCode};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{explain::FieldError, json};

/// The media type of every error body (RFC 9457 §3).
pub(crate) const MEDIA_TYPE: &str = "application/problem+json";

/// One kind of error, the same for everyone who meets it.
pub(crate) struct Kind {
    pub(crate) status: StatusCode,
    pub(crate) code: &'static str,
    pub(crate) title: &'static str,
    pub(crate) detail: &'static str,
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

impl Kind {
    /// The answer that says so.
    pub(crate) fn answer(&self, body: impl MessageBody + 'static) -> HttpResponse {
        HttpResponse::build(self.status).content_type(MEDIA_TYPE).body(body)
    }

    /// The body of that answer.
    pub(crate) fn body(&self, errors: &[FieldError]) -> Vec<u8> {
        let Self { status, code, title, detail } = *self;
        let problem =
            Problem { kind: format!("/problems/{code}"), title, status: status.as_u16(), detail, code, errors };
        json::text(&problem, 256).unwrap_or_default()
    }

    /// The kind of an error that something below us answered with: only its status is known.
    pub(crate) fn of_status(status: StatusCode) -> Self {
        Self {
            status,
            code: "http_error",
            title: status.canonical_reason().unwrap_or("HTTP error"),
            detail: "The request could not be served as it was sent.",
        }
    }
}
