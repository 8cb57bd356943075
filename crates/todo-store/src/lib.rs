//! Storage of tasks in SQLite or PostgreSQL.
//!
//! - [`Database::open`] connects to the database of a [`DatabaseUrl`]. The crate `migrations` creates the schema.
//! - [`Store::for_owner`] returns the [`OwnerTasks`] of one owner, the only access to tasks. A task of another owner is
//!   [`StoreError::NotFound`], exactly as one that does not exist.
//! - An operation that returned `Ok` is durable. A dropped future has made its change entirely or not at all, and the
//!   store stays usable.
//! - An operation ends within 10 s; otherwise it fails with [`StoreError::Unavailable`].
//!
//! ```
//! # use todo_store::test_util::{new_task, owner_id, timestamp};
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! use todo_store::{Database, ListQuery, Store};
//!
//! let database = Database::open(&"sqlite::memory:".parse()?, 4).await?;
//! migrations::apply(database.writer()).await?;
//! let tasks = Store::new(database).for_owner(owner_id("ann"));
//! let task = tasks.create(new_task("Buy milk"), timestamp(1)).await?;
//! let page = tasks.list(ListQuery { status: None, before: None, limit: 20 }).await?;
//! assert_eq!(page.tasks, [task]);
//! # Ok::<_, Box<dyn std::error::Error>>(()) }).unwrap();
//! ```
//!
//! Only this crate and `migrations` contain SQL. The feature `test-util` provides databases for tests.

mod database;
mod database_url;
mod entity;
mod error;
mod executor;
mod idempotency;
mod list;
mod owner_share;
mod postgres;
mod queries;
mod sqlite;
mod store;
mod tasks;
#[cfg(feature = "test-util")]
pub mod test_util;
mod transient;
mod version_condition;

pub use database::Database;
pub use database_url::{DatabaseUrl, DatabaseUrlError};
pub use error::{ErrorDetail, OpenError, StoreError};
pub use idempotency::{IdempotencyKey, IdempotencyKeyError};
pub use list::{ListQuery, TaskPage};
pub use store::Store;
pub use tasks::OwnerTasks;
pub use version_condition::VersionCondition;
