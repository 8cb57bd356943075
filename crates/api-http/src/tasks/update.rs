use actix_web::{HttpRequest, HttpResponse};
use todo_domain::{Task, TaskChange};

use super::{answer, now};
use crate::{body::Unread, error::ApiError, etag, my_tasks::MyTask, openapi::Refusals, problem::Problem};

/// Change a task
///
/// Title, description or both; what is absent stays.
#[utoipa::path(
    put,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "updateTask",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("id" = todo_domain::TaskId, Path, description = "Which task"),
        ("If-Match" = Option<String>, Header, description = "Change it only when this `ETag` is still the current one"),
    ),
    request_body = TaskChange,
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag" = String, description = "Its version"))),
        (status = 404, description = "The caller has no such task", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`If-Match` names an older version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn change(mine: MyTask, request: HttpRequest, body: Unread) -> Result<HttpResponse, ApiError> {
    let expected = etag::expected(&request)?;
    let change: TaskChange = body.json().await?;
    let task = mine.tasks.update(mine.id, change, &expected, now()).await?;
    answer(HttpResponse::Ok(), &task)
}
