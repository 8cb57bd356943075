use actix_web::{HttpRequest, HttpResponse};

use crate::{error::ApiError, etag, my_tasks::MyTask, openapi::Refusals, problem::Problem};

/// Delete a task
#[utoipa::path(
    delete,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "deleteTask",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("id" = todo_domain::TaskId, Path, description = "Which task"),
        ("If-Match" = Option<String>, Header, description = "Delete it only when this `ETag` is still the current one"),
    ),
    responses(
        (status = 204, description = "The task is gone"),
        (status = 404, description = "The caller has no such task", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`If-Match` names an older version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn remove(mine: MyTask, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let expected = etag::expected(&request)?;
    mine.tasks.delete(mine.id, &expected).await?;
    Ok(HttpResponse::NoContent().finish())
}
