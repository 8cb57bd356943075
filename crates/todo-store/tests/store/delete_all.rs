use sea_orm::{ConnectionTrait as _, Statement};
use todo_store::{
    Database, OwnerTasks, Store, StoreError, for_each_backend,
    test_util::{new_task, owner_id, timestamp},
};

use crate::{
    FULL_PAGE,
    cancel::{drop_after_polls, drop_during_poll},
    key, tasks_of_ann,
};

/// Creates ten tasks, each with an idempotency key.
async fn create_tasks(tasks: &OwnerTasks) {
    for number in 0..10 {
        let number = number.to_string();
        tasks.create_idempotent(new_task(&number), &key(&number), timestamp(1)).await.unwrap();
    }
}

/// Whether a key is stored: it is refused with other content.
async fn has_key(tasks: &OwnerTasks, text: &str) -> bool {
    match tasks.create_idempotent(new_task("other content"), &key(text), timestamp(1)).await {
        Ok(_) => false,
        Err(StoreError::IdempotencyKeyReused) => true,
        Err(error) => panic!("{error}"),
    }
}

/// The numbers of tasks and of idempotency keys, at one instant.
async fn count_tasks_and_keys(database: &Database) -> (i64, i64) {
    let sql = "SELECT (SELECT count(*) FROM tasks), (SELECT count(*) FROM idempotency_keys)";
    let select = Statement::from_string(database.writer().get_database_backend(), sql);
    database.writer().query_one_raw(select).await.unwrap().unwrap().try_get_many_by_index().unwrap()
}

for_each_backend! {
    async fn delete_all_deletes_tasks_and_keys_of_this_owner_only(store: Store) {
        let (ann, bob) = (tasks_of_ann(&store), store.for_owner(owner_id("bob")));
        create_tasks(&ann).await;
        create_tasks(&bob).await;
        let tasks_of_bob = bob.list(FULL_PAGE).await.unwrap();
        for _ in 0..2 {
            ann.delete_all().await.unwrap();
            assert_eq!(ann.list(FULL_PAGE).await.unwrap().tasks, []);
        }
        assert!(!has_key(&ann, "0").await);
        assert_eq!(bob.list(FULL_PAGE).await.unwrap(), tasks_of_bob);
        assert!(has_key(&bob, "0").await);
    }

    async fn cancelled_delete_all_deletes_everything_or_nothing(database: &TestDatabase) {
        let database = database.database().await;
        let store = Store::new(database.clone());
        let tasks = tasks_of_ann(&store);
        let (mut kept, mut deleted) = (0, 0);
        for attempt in 0..120 {
            tasks.delete_all().await.unwrap();
            create_tasks(&tasks).await;
            let polls = attempt / 2 % 20;
            if attempt % 2 == 0 {
                drop_after_polls(polls, tasks.delete_all()).await;
            } else {
                drop_during_poll(polls, tasks.delete_all()).await;
            }
            let (stored_tasks, stored_keys) = count_tasks_and_keys(&database).await;
            assert_eq!(stored_tasks, stored_keys);
            if stored_tasks == 0 { deleted += 1 } else { kept += 1 }
        }
        assert!(kept > 0 && deleted > 0, "kept {kept} times, deleted {deleted} times");
    }
}
