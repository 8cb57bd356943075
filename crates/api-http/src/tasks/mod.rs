//! The six handlers. Each takes its rows by taking [`MyTasks`] or [`MyTask`]: there is no other way to any.

mod complete;
mod create;
mod delete;
mod get;
mod list;
mod update;

pub(crate) use complete::*;
pub(crate) use create::*;
pub(crate) use delete::*;
pub(crate) use get::*;
pub(crate) use list::*;
pub(crate) use update::*;

use std::time::SystemTime;

use actix_web::{HttpResponse, HttpResponseBuilder};
use todo_domain::{Task, Timestamp};

use crate::{error::ApiError, etag, json};

/// When this request changes something.
fn now() -> Timestamp {
    SystemTime::now().into()
}

/// What an ordinary task takes in JSON, in bytes, and some room.
const TASK_BYTES: usize = 384;

/// A task with the tag of its version.
fn answer(mut response: HttpResponseBuilder, task: &Task) -> Result<HttpResponse, ApiError> {
    response.insert_header(etag::of(task));
    json::answer(response, task, TASK_BYTES)
}
