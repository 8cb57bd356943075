use actix_web::web::{Path, ReqData};
use todo_domain::{Task, TaskChange};
use todo_store::OwnerTasks;

use super::{TaskPath, now, response::TaskResponse};
use crate::{
    authorization::UserPath,
    error::ApiError,
    extract::{IfMatch, JsonBody},
    openapi::{CommonErrors, PreconditionFailed, TaskNotFound},
};

/// Change a task
///
/// Title, description or both; what is absent stays.
#[utoipa::path(
    put,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "updateTask",
    tag = "tasks",
    params(
        UserPath,
        TaskPath,
        ("If-Match" = Option<String>, Header, description = "Change it only when this `ETag` is still the current one"),
    ),
    request_body = TaskChange,
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag" = String, description = "Its version"))),
        TaskNotFound,
        PreconditionFailed,
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn update(
    tasks: ReqData<OwnerTasks>,
    path: Path<TaskPath>,
    if_match: IfMatch,
    JsonBody(change): JsonBody<TaskChange>,
) -> Result<TaskResponse, ApiError> {
    let task = tasks.update(path.id, change, &if_match.into(), now()).await?;
    Ok(TaskResponse::ok(task))
}
