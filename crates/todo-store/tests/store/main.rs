//! Behaviour of the store: the same tests on SQLite and PostgreSQL.

#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails where it fails")]

mod bounds;
mod cancel;
mod concurrent;
mod crud;
mod delete_all;
mod fairness;
mod full_disk;
mod idempotency;
mod isolation;
mod lifecycle;
mod network;
mod pages;
mod processes;
mod token_uses;
mod versions;

use todo_domain::{NewTask, TaskChange, Title};
use todo_store::{IdempotencyKey, ListQuery, OwnerTasks, Store, VersionCondition, test_util::owner_id};

const FULL_PAGE: ListQuery = ListQuery { status: None, before: None, limit: 200 };

fn tasks_of_ann(store: &Store) -> OwnerTasks {
    store.for_owner(owner_id("ann"))
}

fn title_change(title: &str) -> TaskChange {
    TaskChange { title: Some(Title::try_from(title.to_owned()).unwrap()), description: None }
}

fn key(text: &str) -> IdempotencyKey {
    text.parse().unwrap()
}

fn new_task_with_description(title: &str, description: &str) -> NewTask {
    serde_json::from_value(serde_json::json!({ "title": title, "description": description })).unwrap()
}

/// Counts the tasks of an owner by paginating through them.
async fn count(tasks: &OwnerTasks) -> usize {
    let mut page = FULL_PAGE;
    let mut count = 0;
    loop {
        let page_of_tasks = tasks.list(page).await.unwrap();
        count += page_of_tasks.tasks.len();
        match page_of_tasks.next_cursor {
            Some(next) => page.before = Some(next),
            None => return count,
        }
    }
}

const ANY_VERSION: &VersionCondition = &VersionCondition::Any;
