//! A separate database for each test, on SQLite and on PostgreSQL.
//!
//! The PostgreSQL server is that of `TEST_DATABASE_URL`, or one that `scripts/with-postgres` starts for this process.
//! Without a server the test fails and states what to install.
//!
//! ```
//! mod tests {
//!     use todo_store::{for_each_backend, test_util::{new_task, owner_id, timestamp}};
//!
//!     for_each_backend! {
//!         async fn new_task_is_incomplete(store: Store) {
//!             let task = store.for_owner(owner_id("ann")).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
//!             assert_eq!(task.completed_at, None);
//!         }
//!     }
//! }
//! # fn main() {}
//! ```

#![expect(clippy::expect_used, clippy::panic, reason = "a test without its database fails")]
#![expect(clippy::missing_panics_doc, reason = "all functions panic if they fail")]

use todo_domain::{NewTask, OwnerId, Timestamp, Title};

mod backends;
mod database;
mod postgres_server;
mod statements;

pub use database::TestDatabase;
pub use statements::store_statements;

/// Creates an owner id without authentication.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests need no authenticated owner")]
pub fn owner_id(id: &str) -> OwnerId {
    OwnerId::from_verified(id).expect("a valid owner id")
}

/// Creates a [`NewTask`] with this title and no description.
#[must_use]
pub fn new_task(title: &str) -> NewTask {
    NewTask { title: Title::try_from(title.to_owned()).expect("a valid title"), description: None }
}

/// Creates a timestamp from microseconds after 1970-01-01T00:00:00Z.
#[must_use]
pub const fn timestamp(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}
