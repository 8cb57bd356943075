use actix_web::web::ReqData;
use todo_domain::{NewTask, Task};
use todo_store::OwnerTasks;

use super::{now, response::TaskResponse};
use crate::{
    authorization::UserPath,
    error::{ApiError, Problem},
    extract::{IdempotencyKeyHeader, JsonBody},
    openapi::CommonErrors,
};

/// Add a task
///
/// With an `Idempotency-Key` a repeat adds nothing: it gives the first answer again.
#[utoipa::path(
    post,
    path = "/api/{user_id}/tasks",
    operation_id = "createTask",
    tag = "tasks",
    params(
        UserPath,
        ("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Makes a retry safe: 1 to 255 printable ASCII characters, remembered for 7 days"),
    ),
    request_body = NewTask,
    responses(
        (status = 201, description = "The task that was added", body = Task,
            headers(("Location" = String, description = "Where the task is"), ("ETag" = String, description = "Its version"))),
        (status = 422, description = "The `Idempotency-Key` was used with another body", body = Problem, content_type = "application/problem+json"),
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn create(
    tasks: ReqData<OwnerTasks>,
    IdempotencyKeyHeader(key): IdempotencyKeyHeader,
    JsonBody(new): JsonBody<NewTask>,
) -> Result<TaskResponse, ApiError> {
    let task = match key {
        Some(key) => tasks.create_idempotent(new, &key, now()).await?,
        None => tasks.create(new, now()).await?,
    };
    Ok(TaskResponse::created(task))
}
