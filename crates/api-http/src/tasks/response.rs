use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder, Responder,
    body::BoxBody,
    http::{
        StatusCode,
        header::{ETag, LINK, LOCATION},
    },
};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use todo_domain::{OwnerId, Task};

use super::page_json::PageJson;
use crate::{error::ApiError, extract::entity_tag};

/// Capacity for the JSON of one task: an ordinary one with some room, in bytes.
pub(super) const TASK_JSON_CAPACITY: usize = 384;

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A task with its version as `ETag`.
pub(crate) struct TaskResponse {
    status: StatusCode,
    task: Task,
}

impl TaskResponse {
    pub(crate) fn ok(task: Task) -> Self {
        Self { status: StatusCode::OK, task }
    }

    /// With the task's path as `Location`.
    pub(crate) fn created(task: Task) -> Self {
        Self { status: StatusCode::CREATED, task }
    }

    /// Without a body: the client has this version.
    pub(crate) fn not_modified(task: Task) -> Self {
        Self { status: StatusCode::NOT_MODIFIED, task }
    }
}

impl Responder for TaskResponse {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let Self { status, task } = self;
        let mut response = HttpResponse::build(status);
        response.insert_header(ETag(entity_tag(task.version)));
        match status {
            StatusCode::NOT_MODIFIED => return response.finish(),
            StatusCode::CREATED => {
                response.insert_header((LOCATION, format!("{}/{}", tasks_path(&task.user_id), task.id)));
            }
            _ => {}
        }
        json(response, &task)
    }
}

/// A page of tasks.
pub(crate) struct TaskListResponse {
    pub(crate) page: PageJson,
    /// The value of `Link`, if there is another page.
    pub(crate) link: Option<String>,
}

impl Responder for TaskListResponse {
    type Body = BoxBody;

    fn respond_to(self, _: &HttpRequest) -> HttpResponse {
        let mut response = HttpResponse::Ok();
        if let Some(link) = self.link {
            response.insert_header((LINK, link));
        }
        match self.page.into_body() {
            Ok(body) => response.content_type("application/json").body(body),
            Err(_) => HttpResponse::from_error(ApiError::Internal(None)),
        }
    }
}

/// The path of a user's tasks.
pub(super) fn tasks_path(owner: &OwnerId) -> String {
    format!("/api/{}/tasks", utf8_percent_encode(owner.as_str(), RESERVED))
}

/// A task as JSON, serialized into one allocation when it fits the capacity. actix-web's own `json` starts with 128 bytes
/// and grows.
fn json(mut response: HttpResponseBuilder, task: &Task) -> HttpResponse {
    let mut body = Vec::with_capacity(TASK_JSON_CAPACITY);
    match serde_json::to_writer(&mut body, task) {
        Ok(()) => response.content_type("application/json").body(body),
        Err(_) => HttpResponse::from_error(ApiError::Internal(None)),
    }
}
