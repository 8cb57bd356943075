use todo_domain::TaskStatus;
use todo_store::{
    StoreError, VersionCondition, on_both,
    test_util::{at, new, owner},
};

use crate::{ALL, ANY, anns, key, titled};

on_both! {
    async fn nobody_reaches_somebody_elses_task(store: Store) {
        let (ann, bob) = (anns(&store), store.for_owner(owner("bob")));
        let secret = ann.create(new("Ann's secret"), at(1)).await.unwrap();
        let its_version = VersionCondition::AnyOf(vec![secret.version]);

        assert_eq!(bob.list(ALL).await.unwrap().tasks, []);
        assert!(matches!(bob.get(secret.id).await, Err(StoreError::NotFound)));
        for expected in [ANY, &its_version, &VersionCondition::AnyOf(vec![])] {
            assert!(matches!(bob.update(secret.id, titled("x"), expected, at(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.set_completed(secret.id, true, expected, at(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.set_completed(secret.id, false, expected, at(2)).await, Err(StoreError::NotFound)));
            assert!(matches!(bob.delete(secret.id, expected).await, Err(StoreError::NotFound)));
        }
        assert_eq!(ann.list(ALL).await.unwrap().tasks, [secret]);
    }

    async fn lists_and_filters_show_ones_own_only(store: Store) {
        let (ann, bob) = (anns(&store), store.for_owner(owner("bob")));
        for number in 0..6 {
            let tasks = if number % 2 == 0 { &ann } else { &bob };
            let id = tasks.create(new(&format!("{number}")), at(1)).await.unwrap().id;
            tasks.set_completed(id, number >= 3, ANY, at(2)).await.unwrap();
        }
        for status in [None, Some(TaskStatus::Incomplete), Some(TaskStatus::Complete)] {
            for (tasks, name) in [(&ann, "ann"), (&bob, "bob")] {
                let page = todo_store::ListQuery { status, ..ALL };
                let listed = tasks.list(page).await.unwrap().tasks;
                assert!(!listed.is_empty());
                assert!(listed.iter().all(|task| task.user_id.as_str() == name));
                assert!(listed.iter().all(|task| status.is_none_or(|status| task.status == status)));
            }
        }
    }

    async fn owners_that_look_alike_are_different_owners(store: Store) {
        let names = ["ann", "Ann", "ANN", "ann ", " ann", "an", "ann%", "a_n", "an\u{1e45}", "\u{ff41}nn"];
        for name in names {
            store.for_owner(owner(name)).create(new(name), at(1)).await.unwrap();
        }
        for name in names {
            let listed = store.for_owner(owner(name)).list(ALL).await.unwrap().tasks;
            assert_eq!(listed.iter().map(|task| task.title.as_str()).collect::<Vec<_>>(), [name.trim()]);
        }
    }

    async fn two_owners_may_use_the_same_idempotency_key(store: Store) {
        let (ann, bob) = (anns(&store), store.for_owner(owner("bob")));
        let anns = ann.create_idempotent(new("Ann's"), &key("k"), at(1)).await.unwrap();
        let bobs = bob.create_idempotent(new("Bob's"), &key("k"), at(2)).await.unwrap();
        assert_ne!(anns.id, bobs.id);
        assert_eq!(ann.create_idempotent(new("Ann's"), &key("k"), at(3)).await.unwrap(), anns);
        assert!(matches!(ann.create_idempotent(new("Bob's"), &key("k"), at(3)).await, Err(StoreError::IdempotencyKeyReused)));
    }
}
