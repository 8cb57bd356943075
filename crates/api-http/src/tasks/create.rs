use actix_web::{HttpRequest, HttpResponse, http::header::LOCATION};
use todo_domain::{NewTask, Task};

use super::{answer, now};
use crate::{body::Unread, error::ApiError, idempotency, my_tasks::MyTasks, openapi::Refusals, path, problem::Problem};

/// Add a task
///
/// With an `Idempotency-Key` a repeat adds nothing: it gives the first answer again.
#[utoipa::path(
    post,
    path = "/api/{user_id}/tasks",
    operation_id = "createTask",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("Idempotency-Key" = Option<String>, Header, max_length = 255, description = "Makes a retry safe: 1 to 255 printable ASCII characters, remembered for 24 hours"),
    ),
    request_body = NewTask,
    responses(
        (status = 201, description = "The task that was added", body = Task,
            headers(("Location" = String, description = "Where the task is"), ("ETag" = String, description = "Its version"))),
        (status = 422, description = "The `Idempotency-Key` was used with another body", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn create(
    MyTasks(tasks): MyTasks,
    request: HttpRequest,
    body: Unread,
) -> Result<HttpResponse, ApiError> {
    let key = idempotency::key(request.headers())?;
    let new: NewTask = body.json().await?;
    let task = match key {
        Some(key) => tasks.create_idempotent(new, &key, now()).await?,
        None => tasks.create(new, now()).await?,
    };
    let mut response = HttpResponse::Created();
    response.insert_header((LOCATION, format!("{}/{}", path::tasks_of(&task.user_id), task.id)));
    answer(response, &task)
}
