//! The task operations, one handler a file.

mod complete;
mod create;
mod delete;
mod get;
mod list;
mod page_json;
mod response;
mod update;

pub(crate) use complete::*;
pub(crate) use create::*;
pub(crate) use delete::*;
pub(crate) use get::*;
pub(crate) use list::*;
pub(crate) use update::*;

use std::time::SystemTime;

use serde::{Deserialize, Deserializer, de::Error as _};
use todo_domain::{TaskId, Timestamp};
use utoipa::IntoParams;

/// The task in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct TaskPath {
    /// Which task
    #[serde(deserialize_with = "parse_task_id")]
    pub(crate) id: TaskId,
}

/// Parses the text of a path segment. As a number actix-web would also accept `+1` and `01`.
fn parse_task_id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TaskId, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
}

/// The time of a change.
fn now() -> Timestamp {
    SystemTime::now().into()
}
