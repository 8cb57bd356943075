use todo_store::{
    StoreError, on_both,
    test_util::{at, new},
};

use crate::{ANY, anns, count, described, key, titled};

on_both! {
    async fn a_repeat_gives_the_first_answer_again(store: Store) {
        let tasks = anns(&store);
        let first = tasks.create_idempotent(described("Buy milk", "two"), &key("k"), at(1)).await.unwrap();
        assert_eq!(tasks.get(first.id).await.unwrap(), first);
        assert_eq!(tasks.create_idempotent(described(" Buy milk ", "two"), &key("k"), at(9)).await.unwrap(), first);
        assert_eq!(count(&tasks).await, 1);
    }

    async fn a_repeat_gives_the_first_answer_even_after_changes_and_deletion(store: Store) {
        let tasks = anns(&store);
        let first = tasks.create_idempotent(new("Buy milk"), &key("k"), at(1)).await.unwrap();
        tasks.update(first.id, titled("Buy oat milk"), ANY, at(2)).await.unwrap();
        tasks.set_completed(first.id, true, ANY, at(3)).await.unwrap();
        assert_eq!(tasks.create_idempotent(new("Buy milk"), &key("k"), at(4)).await.unwrap(), first);
        tasks.delete(first.id, ANY).await.unwrap();
        assert_eq!(tasks.create_idempotent(new("Buy milk"), &key("k"), at(5)).await.unwrap(), first);
        assert_eq!(count(&tasks).await, 0);
    }

    async fn a_key_is_for_one_content(store: Store) {
        let tasks = anns(&store);
        tasks.create_idempotent(described("Buy milk", "two"), &key("k"), at(1)).await.unwrap();
        for other in [new("Buy milk"), described("Buy milk", ""), described("Buy Milk", "two"), described("Buy milk", "two ")] {
            assert!(matches!(tasks.create_idempotent(other, &key("k"), at(2)).await, Err(StoreError::IdempotencyKeyReused)));
        }
        let another_key = tasks.create_idempotent(described("Buy milk", "two"), &key("K"), at(2)).await.unwrap();
        assert_eq!((count(&tasks).await, another_key.created_at), (2, at(2)));
    }

    async fn of_many_at_the_same_time_one_adds_and_all_get_its_task(store: Store) {
        for round in 0..5 {
            let requests = (0..16).map(|number| {
                let (tasks, key) = (anns(&store), key(&format!("round {round}")));
                tokio::spawn(async move { tasks.create_idempotent(new("Buy milk"), &key, at(number)).await.unwrap() })
            });
            let mut answers = Vec::new();
            for request in requests.collect::<Vec<_>>() {
                answers.push(request.await.unwrap());
            }
            assert!(answers.iter().all(|answer| *answer == answers[0]));
            assert_eq!(count(&anns(&store)).await, round + 1);
        }
    }

    async fn of_many_contents_at_the_same_time_one_gets_the_key(store: Store) {
        let requests = (0..16).map(|number| {
            let tasks = anns(&store);
            tokio::spawn(async move { tasks.create_idempotent(new(&number.to_string()), &key("k"), at(1)).await })
        });
        let mut added = 0;
        for request in requests.collect::<Vec<_>>() {
            match request.await.unwrap() {
                Ok(_) => added += 1,
                Err(error) => assert!(matches!(error, StoreError::IdempotencyKeyReused), "{error}"),
            }
        }
        assert_eq!((added, count(&anns(&store)).await), (1, 1));
    }

    async fn old_keys_are_forgotten_and_newer_ones_are_not(store: Store) {
        let tasks = anns(&store);
        for number in 1..=1203 {
            tasks.create_idempotent(new("Buy milk"), &key(&number.to_string()), at(number)).await.unwrap();
        }
        assert_eq!(store.delete_idempotency_keys_before(at(1)).await.unwrap(), 0);
        assert_eq!(store.delete_idempotency_keys_before(at(1202)).await.unwrap(), 1201);
        tasks.create_idempotent(new("Buy milk"), &key("1202"), at(9999)).await.unwrap();
        assert_eq!(count(&tasks).await, 1203);
        tasks.create_idempotent(new("another"), &key("1201"), at(9999)).await.unwrap();
        assert_eq!(count(&tasks).await, 1204);
    }
}
