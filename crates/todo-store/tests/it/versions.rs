use todo_domain::{TaskId, Version};
use todo_store::{
    StoreError, VersionCondition, on_both,
    test_util::{at, new},
};

use crate::{ANY, anns, titled};

fn one_of(versions: &[i64]) -> VersionCondition {
    VersionCondition::AnyOf(versions.iter().copied().map(Version::new_unchecked).collect())
}

on_both! {
    async fn a_change_meant_for_another_version_changes_nothing(store: Store) {
        let tasks = anns(&store);
        let task = tasks.create(new("Buy milk"), at(1)).await.unwrap();
        for other in [&[][..], &[0], &[2], &[2, 3, i64::MAX]] {
            let other = one_of(other);
            assert!(matches!(tasks.update(task.id, titled("x"), &other, at(2)).await, Err(StoreError::VersionMismatch)));
            assert!(matches!(tasks.set_completed(task.id, true, &other, at(2)).await, Err(StoreError::VersionMismatch)));
            // Even when nothing would change: the client's idea of the task is wrong.
            assert!(matches!(tasks.set_completed(task.id, false, &other, at(2)).await, Err(StoreError::VersionMismatch)));
            assert!(matches!(tasks.delete(task.id, &other).await, Err(StoreError::VersionMismatch)));
        }
        assert_eq!(tasks.get(task.id).await.unwrap(), task);
    }

    async fn a_change_meant_for_this_version_is_made(store: Store) {
        let tasks = anns(&store);
        let id = tasks.create(new("Buy milk"), at(1)).await.unwrap().id;
        assert_eq!(tasks.update(id, titled("a"), &one_of(&[1]), at(2)).await.unwrap().version.get(), 2);
        assert_eq!(tasks.set_completed(id, true, &one_of(&[1, 2]), at(3)).await.unwrap().version.get(), 3);
        tasks.delete(id, &one_of(&[9, 3])).await.unwrap();
    }

    async fn a_task_that_is_not_there_is_not_stale(store: Store) {
        let (tasks, none) = (anns(&store), TaskId::new_unchecked(1));
        assert!(matches!(tasks.update(none, titled("x"), &one_of(&[1]), at(1)).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.delete(none, &one_of(&[1])).await, Err(StoreError::NotFound)));
    }

    async fn of_several_changes_meant_for_one_version_one_is_made(store: Store) {
        let id = anns(&store).create(new("Buy milk"), at(1)).await.unwrap().id;
        let changes = (0..8).map(|number| {
            let tasks = anns(&store);
            tokio::spawn(async move { tasks.update(id, titled(&number.to_string()), &one_of(&[1]), at(2)).await })
        });
        let mut made = 0;
        for change in changes.collect::<Vec<_>>() {
            match change.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert!(matches!(error, StoreError::VersionMismatch), "{error}"),
            }
        }
        assert_eq!((made, anns(&store).get(id).await.unwrap().version.get()), (1, 2));
    }

    async fn no_change_of_several_at_once_gets_lost(store: Store) {
        let id = anns(&store).create(new("Buy milk"), at(1)).await.unwrap().id;
        let changes = (0..40).map(|number| {
            let tasks = anns(&store);
            tokio::spawn(async move { tasks.update(id, titled(&number.to_string()), ANY, at(2)).await.unwrap() })
        });
        let mut seen = Vec::new();
        for change in changes.collect::<Vec<_>>() {
            seen.push(change.await.unwrap().version.get());
        }
        seen.sort_unstable();
        assert_eq!(seen, (2..=41).collect::<Vec<_>>());
    }
}
