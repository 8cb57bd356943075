//! A database of its own for each test, on SQLite and on PostgreSQL.
//!
//! PostgreSQL is the server that `TEST_DATABASE_URL` names, or else one that `scripts/with-postgres` starts for
//! this process. Without any the test fails, and says what to install: what was not tested must not look tested.
//!
//! ```
//! mod tests {
//!     use todo_store::{on_both, test_util::{at, new, owner}};
//!
//!     on_both! {
//!         async fn a_new_task_is_incomplete(store: Store) {
//!             let task = store.for_owner(owner("ann")).create(new("Buy milk"), at(1)).await.unwrap();
//!             assert_eq!(task.completed_at, None);
//!         }
//!     }
//! }
//! # fn main() {}
//! ```

#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot have its database fails, loudly")]
#![expect(clippy::missing_panics_doc, reason = "everything here panics when it does not work")]

use todo_domain::{NewTask, OwnerId, Timestamp, Title};

mod both;
mod database;
mod server;

pub use database::TestDatabase;

/// An owner, without a token that proves it.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "tests make owners out of nothing")]
pub fn owner(id: &str) -> OwnerId {
    OwnerId::from_verified(id).expect("an owner's id")
}

/// What it takes to add a task with this title and no description.
#[must_use]
pub fn new(title: &str) -> NewTask {
    NewTask { title: Title::try_from(title.to_owned()).expect("a title"), description: None }
}

/// An instant, in microseconds after 1970.
#[must_use]
pub const fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros)
}
