use todo_domain::TaskStatus;
use todo_store::{
    StoreError, VersionCondition, for_each_backend,
    test_util::{new_task, owner_id, timestamp},
};

use crate::{ANY_VERSION, FULL_PAGE, key, tasks_of_ann, title_change};

for_each_backend! {
    async fn task_of_another_owner_is_not_found(store: Store) {
        let (ann, bob) = (tasks_of_ann(&store), store.for_owner(owner_id("bob")));
        let secret = ann.create(new_task("Ann's secret"), timestamp(1)).await.unwrap();
        let its_version = VersionCondition::AnyOf(vec![secret.version]);

        assert_eq!(bob.list(FULL_PAGE).await.unwrap().tasks, []);
        assert!(matches!(bob.get(secret.id).await, Err(StoreError::NotFound)));
        for condition in [ANY_VERSION, &its_version, &VersionCondition::AnyOf(vec![])] {
            assert!(matches!(bob.update(secret.id, title_change("x"), condition, timestamp(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.set_completed(secret.id, true, condition, timestamp(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.set_completed(secret.id, false, condition, timestamp(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.delete(secret.id, condition).await, Err(StoreError::NotFound)));
        }
        assert_eq!(ann.list(FULL_PAGE).await.unwrap().tasks, [secret]);
    }

    async fn list_contains_only_own_tasks(store: Store) {
        let (ann, bob) = (tasks_of_ann(&store), store.for_owner(owner_id("bob")));
        for number in 0..6 {
            let tasks = if number % 2 == 0 { &ann } else { &bob };
            let id = tasks.create(new_task(&format!("{number}")), timestamp(1)).await.unwrap().id;
            tasks.set_completed(id, number >= 3, ANY_VERSION, timestamp(2)).await.unwrap();
        }
        for status in [None, Some(TaskStatus::Incomplete), Some(TaskStatus::Complete)] {
            for (tasks, name) in [(&ann, "ann"), (&bob, "bob")] {
                let page = todo_store::ListQuery { status, ..FULL_PAGE };
                let listed = tasks.list(page).await.unwrap().tasks;
                assert!(!listed.is_empty());
                assert!(listed.iter().all(|task| task.user_id.as_str() == name));
                assert!(listed.iter().all(|task| status.is_none_or(|status| task.status == status)));
            }
        }
    }

    async fn similar_owner_ids_are_distinct(store: Store) {
        let names = ["ann", "Ann", "ANN", "ann ", " ann", "an", "ann%", "a_n", "an\u{1e45}", "\u{ff41}nn"];
        for name in names {
            store.for_owner(owner_id(name)).create(new_task(name), timestamp(1)).await.unwrap();
        }
        for name in names {
            let listed = store.for_owner(owner_id(name)).list(FULL_PAGE).await.unwrap().tasks;
            assert_eq!(listed.iter().map(|task| task.title.as_str()).collect::<Vec<_>>(), [name.trim()]);
        }
    }

    async fn idempotency_key_is_separate_for_each_owner(store: Store) {
        let (ann, bob) = (tasks_of_ann(&store), store.for_owner(owner_id("bob")));
        let task_of_ann = ann.create_idempotent(new_task("Ann's"), &key("k"), timestamp(1)).await.unwrap();
        let task_of_bob = bob.create_idempotent(new_task("Bob's"), &key("k"), timestamp(2)).await.unwrap();
        assert_ne!(task_of_ann.id, task_of_bob.id);
        assert_eq!(ann.create_idempotent(new_task("Ann's"), &key("k"), timestamp(3)).await.unwrap(), task_of_ann);
        assert!(matches!(ann.create_idempotent(new_task("Bob's"), &key("k"), timestamp(3)).await, Err(StoreError::IdempotencyKeyReused)));
    }
}
