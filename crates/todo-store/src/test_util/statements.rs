use sea_orm::{DbBackend, Statement};
use todo_domain::{OwnerId, TaskChange, TaskId, TaskStatus, Timestamp, TokenUse, UtcDate, Version};

use super::{new_task, timestamp};
use crate::{
    list::ListQuery,
    queries::{KeyValues, maintenance, owned_tasks},
    version_condition::VersionCondition,
};

/// Returns every statement that the store runs, with values for this owner and task, to `EXPLAIN` them.
#[must_use]
pub fn store_statements(backend: DbBackend, owner: &OwnerId, id: TaskId) -> Vec<(&'static str, Statement)> {
    let (queries, now) = (owned_tasks(owner, backend), timestamp(1_000_000));
    let key = KeyValues { key: "another key", fingerprint: &[0; 32], created_at: now };
    let change = |json| serde_json::from_str::<TaskChange>(json).expect("a valid change");
    let token_use = TokenUse { token_id: "token".parse().expect("a valid id"), last_used_on: UtcDate::from_days(1) };
    let mut statements = vec![
        ("get", queries.get(id)),
        ("insert", queries.insert(&new_task("Buy milk"), now)),
        ("find_idempotency_key", queries.find_idempotency_key("another key")),
        ("list_token_uses", queries.list_token_uses()),
        ("upsert_token_use", queries.upsert_token_use(&token_use, now)),
        ("purge_token_uses", maintenance::purge_token_uses(Timestamp::from_micros(1), backend)),
        ("ping", maintenance::ping(backend)),
        ("purge_idempotency_keys", maintenance::purge_idempotency_keys(Timestamp::from_micros(1), backend)),
    ];
    if backend == DbBackend::Postgres {
        statements.push(("insert_key_and_task", queries.insert_key_and_task(&key, &new_task("Buy milk"))));
        statements.push(("delete_all", queries.delete_all()));
    } else {
        statements.push(("insert_idempotency_key", queries.insert_idempotency_key(&key, id)));
        statements.push(("delete_all_tasks", queries.delete_all_tasks()));
        statements.push(("delete_all_idempotency_keys", queries.delete_all_idempotency_keys()));
        statements.push(("delete_all_token_uses", queries.delete_all_token_uses()));
    }
    for before in [None, Some(id)] {
        for limit in [20, 200] {
            for (name, status) in [
                ("list", None),
                ("list_incomplete", Some(TaskStatus::Incomplete)),
                ("list_complete", Some(TaskStatus::Complete)),
            ] {
                statements.push((name, queries.list(ListQuery { status, before, limit })));
            }
        }
    }
    for (name, condition) in
        [("write", VersionCondition::Any), ("write_if_version", any_of(1)), ("write_if_version", any_of(2))]
    {
        for json in [r#"{"title":"a"}"#, r#"{"description":null}"#, r#"{"title":"a","description":"b"}"#] {
            statements.push((name, queries.update(id, change(json), &condition, now)));
        }
        statements.push((name, queries.complete(id, &condition, now)));
        statements.push((name, queries.reopen(id, &condition, now)));
        statements.push((name, queries.delete(id, &condition)));
    }
    statements
}

fn any_of(count: usize) -> VersionCondition {
    VersionCondition::AnyOf(vec![Version::FIRST; count])
}
