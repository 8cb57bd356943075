//! The store on both databases: the same tests for SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails where it fails")]

mod bounds;
mod cancel;
mod concurrent;
mod crud;
mod full_disk;
mod idempotency;
mod isolation;
mod lifecycle;
mod network;
mod pages;
mod processes;
mod versions;

use todo_domain::{NewTask, TaskChange, Title};
use todo_store::{IdempotencyKey, ListQuery, OwnerTasks, Store, VersionCondition, test_util::owner};

const ALL: ListQuery = ListQuery { status: None, before: None, limit: 200 };

/// The tasks of Ann, whoever she is.
fn anns(store: &Store) -> OwnerTasks {
    store.for_owner(owner("ann"))
}

fn titled(title: &str) -> TaskChange {
    TaskChange { title: Some(Title::try_from(title.to_owned()).unwrap()), description: None }
}

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

fn described(title: &str, description: &str) -> NewTask {
    serde_json::from_value(serde_json::json!({ "title": title, "description": description })).unwrap()
}

/// How many tasks an owner has.
async fn count(tasks: &OwnerTasks) -> usize {
    let mut page = ALL;
    let mut count = 0;
    loop {
        let slice = tasks.list(page).await.unwrap();
        count += slice.tasks.len();
        match slice.next_cursor {
            Some(next) => page.before = Some(next),
            None => return count,
        }
    }
}

const ANY: &VersionCondition = &VersionCondition::Any;
