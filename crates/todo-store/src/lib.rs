//! Todo rows, one owner at a time, on SQLite and PostgreSQL.
//!
//! [`Store::for_owner`] gives the [`OwnerTasks`] of one owner; there is no other way to a task. Whatever belongs to
//! somebody else is [`StoreError::NotFound`], exactly as if it never existed.
//!
//! What was answered with `Ok` is on the disk. A future may be dropped at any point: its change is then made entirely or
//! not at all, and the store goes on. Nothing waits longer than ten seconds: [`StoreError::Unavailable`] says so.
//!
//! This crate and `migrations` are the only ones that know SQL.

mod connections;
mod database;
mod error;
mod expected;
mod idempotency;
mod mine;
mod once;
mod open_error;
mod orphans;
mod page;
mod postgres;
mod row;
mod session;
mod sqlite;
mod store;
mod tasks;
#[cfg(feature = "test-util")]
pub mod test_util;
mod url;

pub use database::Database;
pub use error::{ErrorDetail, StoreError};
pub use expected::VersionCondition;
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use open_error::OpenError;
pub use page::{ListQuery, TaskPage};
pub use store::Store;
pub use tasks::OwnerTasks;
pub use url::{DatabaseUrl, DatabaseUrlError};
