use actix_web::{HttpRequest, HttpResponse, http::header::LINK};
use todo_domain::Task;

use super::TASK_BYTES;
use crate::{error::ApiError, json, my_tasks::MyTasks, openapi::Refusals, page};

/// List tasks
///
/// The caller's tasks, newest first, a page at a time.
#[utoipa::path(
    get,
    path = "/api/{user_id}/tasks",
    operation_id = "listTasks",
    tag = "tasks",
    params(
        ("user_id" = String, Path, description = "The caller's user id, as in the token"),
        ("status" = Option<todo_domain::TaskStatus>, Query, description = "Only tasks with this status"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "The most tasks to send; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "Where to go on: opaque, from a `Link` header"),
    ),
    responses(
        (status = 200, description = "A page of tasks", body = Vec<Task>,
            headers(("Link" = String, description = "`<…>; rel=\"next\"` when there are more (RFC 8288)"))),
        Refusals,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(MyTasks(tasks): MyTasks, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let page = page::asked_for(&request)?;
    let slice = tasks.list(page).await?;
    let mut response = HttpResponse::Ok();
    if let Some(next) = slice.next_cursor {
        response.insert_header((LINK, page::link_to_next(tasks.owner(), &page, next)));
    }
    json::answer(response, &slice.tasks, slice.tasks.len() * TASK_BYTES)
}
