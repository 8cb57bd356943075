use todo_domain::{TaskChange, TaskId, TaskStatus, Version};
use todo_store::{
    ListQuery, StoreError, VersionCondition, on_both,
    test_util::{at, new, owner},
};

use crate::{
    explained::{Explained, each_way},
    filled::{TASKS, USUAL},
};

const STATUSES: [Option<TaskStatus>; 3] = [None, Some(TaskStatus::Incomplete), Some(TaskStatus::Complete)];
/// Later than everything there is.
const NOW: todo_domain::Timestamp = at(1_000_000);

on_both! {
    async fn a_page_is_read_from_its_index_in_order_and_from_where_the_last_one_ended(database: &TestDatabase) {
        each_way(database, "", async |db| for status in STATUSES {
            let index = match status {
                None => db.either("tasks_all", "tasks_pkey"),
                Some(TaskStatus::Incomplete) => "tasks_incomplete",
                Some(TaskStatus::Complete) => "tasks_complete",
            };
            for (who, id) in TASKS {
                for (before, limit) in [(None, 20), (None, 200), (Some(id), 20), (Some(id), 200)] {
                    let page = ListQuery { status, before: before.map(TaskId::new_unchecked), limit };
                    let listed = db.plans(async |store| drop(store.for_owner(owner(who)).list(page).await.unwrap())).await;
                    let index = db.either(
                        format!("SEARCH tasks USING INDEX {index} (owner_id=? AND rowid<?)"),
                        format!("{index} backward (owner_id = AND id <)"),
                    );
                    assert_eq!(listed, [index], "{who}, {page:?}");
                }
            }
        }).await;
    }

    async fn one_task_is_found_by_its_id(database: &TestDatabase) {
        each_way(database, "", async |db| for (who, id) in TASKS {
            let id = TaskId::new_unchecked(id);
            assert_eq!(db.plans(async |store| drop(store.for_owner(owner(who)).get(id).await.unwrap())).await, [by_id(db)]);
            for change in [r#"{"title":"a"}"#, r#"{"description":null}"#, r#"{"title":"a","description":"b"}"#] {
                let change: TaskChange = serde_json::from_str(change).unwrap();
                let changed = db.plans(async |store| {
                    store.for_owner(owner(who)).update(id, change, &VersionCondition::Any, NOW).await.unwrap();
                });
                assert_eq!(changed.await, [by_id(db)]);
            }
            for completed in [true, false] {
                let completed = db.plans(async |store| {
                    store.for_owner(owner(who)).set_completed(id, completed, &VersionCondition::Any, NOW).await.unwrap();
                });
                assert_eq!(completed.await, [by_id(db)]);
            }
            let removed = db.plans(async |store| {
                let tasks = store.for_owner(owner(who));
                let id = tasks.create(new("Buy milk"), NOW).await.unwrap().id;
                tasks.delete(id, &VersionCondition::Any).await.unwrap();
            });
            assert_eq!(removed.await, [by_id(db)]);
        }).await;
    }

    async fn a_task_in_another_version_is_found_by_its_id_too(database: &TestDatabase) {
        each_way(database, "", async |db| for (who, id) in TASKS {
            let (id, old) = (TaskId::new_unchecked(id), VersionCondition::AnyOf(vec![Version::new_unchecked(77), Version::new_unchecked(78)]));
            let narrower = db.either(by_id(db), "tasks_pkey (owner_id = AND id =) filter (version =)");
            let completed = db.plans(async |store| {
                let completed = store.for_owner(owner(who)).set_completed(id, true, &old, NOW).await;
                assert!(matches!(completed, Err(StoreError::VersionMismatch)));
            });
            assert_eq!(completed.await, [narrower, by_id(db)]);
            let removed = db.plans(async |store| {
                let removed = store.for_owner(owner(who)).delete(id, &old).await;
                assert!(matches!(removed, Err(StoreError::VersionMismatch)));
            });
            assert_eq!(removed.await, [narrower, by_id(db)]);
        }).await;
    }

    async fn adding_looks_for_nothing(database: &TestDatabase) {
        each_way(database, "", async |db| {
            let added = db.plans(async |store| {
                store.for_owner(owner(USUAL)).create(new("Buy milk"), NOW).await.unwrap();
            });
            assert_eq!(added.await, <[&str; 0]>::default());
        }).await;
    }

    async fn a_request_is_recognised_by_its_key(database: &TestDatabase) {
        each_way(database, "", async |db| for (who, id) in TASKS {
            let add_once = async || db.plans(async |store| {
                let key = format!("another {id}").parse().unwrap();
                store.for_owner(owner(who)).create_idempotent(new("Buy milk"), &key, NOW).await.unwrap();
            }).await;
            let look_up = db.either(
                "SEARCH idempotency_keys USING PRIMARY KEY (owner_id=? AND key=?)",
                "idempotency_keys_pkey (owner_id = AND key =)",
            );
            // PostgreSQL tries to add the key and only then looks who was first; SQLite looks before, and again.
            add_once().await;
            assert_eq!(add_once().await, db.either(vec![look_up; 2], vec![look_up]));
        }).await;
    }

    async fn old_keys_are_found_by_their_age(database: &TestDatabase) {
        each_way(database, "", async |db| {
            let forgotten = db.plans(async |store| assert_eq!(store.delete_idempotency_keys_before(at(1)).await.unwrap(), 0)).await;
            let by_age = db.either(
                "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_age (created_at<?)",
                "idempotency_keys_by_age (created_at <)",
            );
            // They are a few hundred at a time. To meet those again PostgreSQL may well read a table as small as this one.
            assert!(forgotten.iter().any(|line| line == by_age), "{forgotten:?}");
        }).await;
    }
}

fn by_id(db: &Explained) -> &'static str {
    db.either("SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)", "tasks_pkey (owner_id = AND id =)")
}
