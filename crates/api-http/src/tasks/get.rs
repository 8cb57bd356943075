use actix_web::{HttpRequest, HttpResponse};
use todo_domain::Task;

use super::answer;
use crate::{error::ApiError, etag, my_tasks::MyTask, openapi::Refusals, problem::Problem};

/// Read a task
#[utoipa::path(
    get,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "getTask",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("id" = todo_domain::TaskId, Path, description = "Which task"),
        ("If-None-Match" = Option<String>, Header, description = "An `ETag` that the client already has"),
    ),
    responses(
        (status = 200, description = "The task", body = Task, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "The client has this version already"),
        (status = 404, description = "The caller has no such task", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn show(mine: MyTask, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let task = mine.tasks.get(mine.id).await?;
    if etag::is_known(&request, &task) {
        return Ok(HttpResponse::NotModified().insert_header(etag::of(&task)).finish());
    }
    answer(HttpResponse::Ok(), &task)
}
