use actix_web::web::{Path, ReqData};
use todo_domain::Task;
use todo_store::OwnerTasks;

use super::{TaskPath, response::TaskResponse};
use crate::{
    authorization::UserPath,
    error::ApiError,
    extract::IfNoneMatch,
    openapi::{CommonErrors, TaskNotFound},
};

/// Read a task
#[utoipa::path(
    get,
    path = "/api/{user_id}/tasks/{id}",
    operation_id = "getTask",
    tag = "tasks",
    params(
        UserPath,
        TaskPath,
        ("If-None-Match" = Option<String>, Header, description = "An `ETag` that the client already has"),
    ),
    responses(
        (status = 200, description = "The task", body = Task, headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "The client has this version already"),
        TaskNotFound,
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn get(
    tasks: ReqData<OwnerTasks>,
    path: Path<TaskPath>,
    if_none_match: IfNoneMatch,
) -> Result<TaskResponse, ApiError> {
    let task = tasks.get(path.id).await?;
    if if_none_match.contains(task.version) {
        return Ok(TaskResponse::not_modified(task));
    }
    Ok(TaskResponse::ok(task))
}
