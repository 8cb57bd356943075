use actix_web::web::ReqData;
use todo_domain::{OwnerId, Task, TaskId, TaskStatus};
use todo_store::{ListQuery, OwnerTasks};

use super::{
    page_json::PageJson,
    response::{TASK_JSON_CAPACITY, TaskListResponse, tasks_path},
};
use crate::{authorization::UserPath, error::ApiError, extract::ListParams, openapi::CommonErrors};

/// List tasks
///
/// The caller's tasks, newest first, a page at a time. A page ends before the task with which its JSON would exceed
/// 256 KiB, but has at least one task.
#[utoipa::path(
    get,
    path = "/api/{user_id}/tasks",
    operation_id = "listTasks",
    tag = "tasks",
    params(
        UserPath,
        ("status" = Option<TaskStatus>, Query, description = "Only tasks with this status"),
        ("limit" = Option<u16>, Query, minimum = 1, maximum = 200, description = "The most tasks to send; 50 when absent"),
        ("cursor" = Option<String>, Query, description = "Where to go on: opaque, from a `Link` header"),
    ),
    responses(
        (status = 200, description = "A page of tasks", body = Vec<Task>,
            headers(("Link" = String, description = "`<…>; rel=\"next\"` when there are more (RFC 8288)"))),
        CommonErrors,
    ),
    security(("bearer" = [])),
)]
pub(crate) async fn list(
    tasks: ReqData<OwnerTasks>,
    ListParams(query): ListParams,
) -> Result<TaskListResponse, ApiError> {
    let mut page = PageJson::new(usize::from(query.limit) * TASK_JSON_CAPACITY);
    let next_cursor = tasks.list_while(query, |task| page.push(&task)).await?;
    let link = next_cursor.map(|cursor| next_page_link(tasks.owner(), &query, cursor));
    Ok(TaskListResponse { page, link })
}

/// The next page as a `Link` (RFC 8288 §3).
fn next_page_link(owner: &OwnerId, query: &ListQuery, cursor: TaskId) -> String {
    let status = match query.status {
        None => "",
        Some(TaskStatus::Incomplete) => "status=incomplete&",
        Some(TaskStatus::Complete) => "status=complete&",
    };
    format!(r#"<{}?{status}limit={}&cursor={cursor}>; rel="next""#, tasks_path(owner), query.limit)
}
