use todo_store::{
    StoreError, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{ANY_VERSION, count, key, new_task_with_description, tasks_of_ann, title_change};

for_each_backend! {
    async fn repeated_create_returns_the_first_task(store: Store) {
        let tasks = tasks_of_ann(&store);
        let first = tasks.create_idempotent(new_task_with_description("Buy milk", "two"), &key("k"), timestamp(1)).await.unwrap();
        assert_eq!(tasks.get(first.id).await.unwrap(), first);
        assert_eq!(tasks.create_idempotent(new_task_with_description(" Buy milk ", "two"), &key("k"), timestamp(9)).await.unwrap(), first);
        assert_eq!(count(&tasks).await, 1);
    }

    async fn repeated_create_after_change_and_deletion_returns_the_first_task(store: Store) {
        let tasks = tasks_of_ann(&store);
        let first = tasks.create_idempotent(new_task("Buy milk"), &key("k"), timestamp(1)).await.unwrap();
        tasks.update(first.id, title_change("Buy oat milk"), ANY_VERSION, timestamp(2)).await.unwrap();
        tasks.set_completed(first.id, true, ANY_VERSION, timestamp(3)).await.unwrap();
        assert_eq!(tasks.create_idempotent(new_task("Buy milk"), &key("k"), timestamp(4)).await.unwrap(), first);
        tasks.delete(first.id, ANY_VERSION).await.unwrap();
        assert_eq!(tasks.create_idempotent(new_task("Buy milk"), &key("k"), timestamp(5)).await.unwrap(), first);
        assert_eq!(count(&tasks).await, 0);
    }

    async fn key_reused_with_different_content_is_rejected(store: Store) {
        let tasks = tasks_of_ann(&store);
        tasks.create_idempotent(new_task_with_description("Buy milk", "two"), &key("k"), timestamp(1)).await.unwrap();
        for other in [new_task("Buy milk"), new_task_with_description("Buy milk", ""), new_task_with_description("Buy Milk", "two"), new_task_with_description("Buy milk", "two ")] {
            assert!(matches!(tasks.create_idempotent(other, &key("k"), timestamp(2)).await, Err(StoreError::IdempotencyKeyReused)));
        }
        let another_key = tasks.create_idempotent(new_task_with_description("Buy milk", "two"), &key("K"), timestamp(2)).await.unwrap();
        assert_eq!((count(&tasks).await, another_key.created_at), (2, timestamp(2)));
    }

    async fn concurrent_creates_with_one_key_create_one_task(store: Store) {
        for round in 0..5 {
            let requests = (0..16).map(|number| {
                let (tasks, key) = (tasks_of_ann(&store), key(&format!("round {round}")));
                tokio::spawn(async move { tasks.create_idempotent(new_task("Buy milk"), &key, timestamp(number)).await.unwrap() })
            });
            let mut tasks_returned = Vec::new();
            for request in requests.collect::<Vec<_>>() {
                tasks_returned.push(request.await.unwrap());
            }
            assert!(tasks_returned.iter().all(|task| *task == tasks_returned[0]));
            assert_eq!(count(&tasks_of_ann(&store)).await, round + 1);
        }
    }

    async fn concurrent_creates_with_different_content_create_one_task(store: Store) {
        let requests = (0..16).map(|number| {
            let tasks = tasks_of_ann(&store);
            tokio::spawn(async move { tasks.create_idempotent(new_task(&number.to_string()), &key("k"), timestamp(1)).await })
        });
        let mut added = 0;
        for request in requests.collect::<Vec<_>>() {
            match request.await.unwrap() {
                Ok(_) => added += 1,
                Err(error) => assert!(matches!(error, StoreError::IdempotencyKeyReused), "{error}"),
            }
        }
        assert_eq!((added, count(&tasks_of_ann(&store)).await), (1, 1));
    }

    async fn purge_deletes_only_keys_before_the_given_instant(store: Store) {
        let tasks = tasks_of_ann(&store);
        for number in 1..=1203 {
            tasks.create_idempotent(new_task("Buy milk"), &key(&number.to_string()), timestamp(number)).await.unwrap();
        }
        assert_eq!(store.delete_idempotency_keys_before(timestamp(1)).await.unwrap(), 0);
        assert_eq!(store.delete_idempotency_keys_before(timestamp(1202)).await.unwrap(), 1201);
        tasks.create_idempotent(new_task("Buy milk"), &key("1202"), timestamp(9999)).await.unwrap();
        assert_eq!(count(&tasks).await, 1203);
        tasks.create_idempotent(new_task("another"), &key("1201"), timestamp(9999)).await.unwrap();
        assert_eq!(count(&tasks).await, 1204);
    }
}
