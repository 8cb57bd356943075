use actix_web::{HttpRequest, HttpResponse};
use todo_domain::{CompletionChange, Task};

use super::{answer, now};
use crate::{body::Unread, error::ApiError, etag, my_tasks::MyTask, openapi::Refusals, problem::Problem};

/// Complete or reopen a task
///
/// Without a body the task is completed. A repeat changes nothing, so a retry never flips it back.
#[utoipa::path(
    patch,
    path = "/api/{user_id}/tasks/{id}/complete",
    operation_id = "completeTask",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("id" = todo_domain::TaskId, Path, description = "Which task"),
        ("If-Match" = Option<String>, Header, description = "Change it only when this `ETag` is still the current one"),
    ),
    request_body = Option<CompletionChange>,
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag" = String, description = "Its version"))),
        (status = 404, description = "The caller has no such task", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "`If-Match` names an older version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn complete(mine: MyTask, request: HttpRequest, body: Unread) -> Result<HttpResponse, ApiError> {
    let expected = etag::expected(&request)?;
    let completed = body.json_if_any::<CompletionChange>().await?.is_none_or(|asked| asked.completed);
    let task = mine.tasks.set_completed(mine.id, completed, &expected, now()).await?;
    answer(HttpResponse::Ok(), &task)
}
