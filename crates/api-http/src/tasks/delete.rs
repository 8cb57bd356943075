use actix_web::{
    HttpResponse,
    web::{Path, ReqData},
};
use todo_store::OwnerTasks;

use super::TaskPath;
use crate::{
    authorization::UserPath,
    error::ApiError,
    extract::IfMatch,
    openapi::{CommonErrors, PreconditionFailed, TaskNotFound},
};

/// Delete a task
#[utoipa::path(
    delete,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "deleteTask",
    tag = "tasks",
    params(
        UserPath,
        TaskPath,
        ("If-Match" = Option<String>, Header, description = "Delete it only when this `ETag` is still the current one"),
    ),
    responses(
        (status = 204, description = "The task is gone"),
        TaskNotFound,
        PreconditionFailed,
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn delete(
    tasks: ReqData<OwnerTasks>,
    path: Path<TaskPath>,
    if_match: IfMatch,
) -> Result<HttpResponse, ApiError> {
    tasks.delete(path.id, &if_match.into()).await?;
    Ok(HttpResponse::NoContent().finish())
}
