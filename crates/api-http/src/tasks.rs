//! The six handlers. Each takes its rows by taking [`MyTasks`] or [`MyTask`]: there is no other way to any.

mod change;
mod complete;
mod create;
mod list;
mod remove;
mod show;

pub(crate) use change::*;
pub(crate) use complete::*;
pub(crate) use create::*;
pub(crate) use list::*;
pub(crate) use remove::*;
pub(crate) use show::*;

use std::time::SystemTime;

use actix_web::{HttpResponse, HttpResponseBuilder};
use todo_domain::{Task, Timestamp};

use crate::etag;

/// When this request changes something.
fn now() -> Timestamp {
    SystemTime::now().into()
}

/// A task with the tag of its version.
fn answer(mut response: HttpResponseBuilder, task: &Task) -> HttpResponse {
    response.insert_header(etag::of(task)).json(task)
}
