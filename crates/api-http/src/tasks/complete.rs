use actix_web::web::{Path, ReqData};
use todo_domain::{CompletionChange, Task};
use todo_store::OwnerTasks;

use super::{TaskPath, now, response::TaskResponse};
use crate::{
    authorization::UserPath,
    error::ApiError,
    extract::{IfMatch, OptionalJsonBody},
    openapi::{CommonErrors, PreconditionFailed, TaskNotFound},
};

/// Complete or reopen a task
///
/// Without a body the task is completed. A repeat changes nothing, so a retry never flips it back.
#[utoipa::path(
    patch,
    path = "/api/{user_id}/tasks/{id}/complete",
    operation_id = "completeTask",
    tag = "tasks",
    params(
        UserPath,
        TaskPath,
        ("If-Match" = Option<String>, Header, description = "Change it only when this `ETag` is still the current one"),
    ),
    request_body = Option<CompletionChange>,
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag" = String, description = "Its version"))),
        TaskNotFound,
        PreconditionFailed,
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn complete(
    tasks: ReqData<OwnerTasks>,
    path: Path<TaskPath>,
    if_match: IfMatch,
    OptionalJsonBody(change): OptionalJsonBody<CompletionChange>,
) -> Result<TaskResponse, ApiError> {
    let completed = change.is_none_or(|change| change.completed);
    let task = tasks.set_completed(path.id, completed, &if_match.into(), now()).await?;
    Ok(TaskResponse::ok(task))
}
