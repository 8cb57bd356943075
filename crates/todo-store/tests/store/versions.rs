use todo_domain::{TaskId, Version};
use todo_store::{
    StoreError, VersionCondition, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{ANY_VERSION, tasks_of_ann, title_change};

#[expect(clippy::disallowed_methods, reason = "a version that no task can have, too")]
fn any_of(versions: &[i64]) -> VersionCondition {
    VersionCondition::AnyOf(versions.iter().copied().map(Version::new_unchecked).collect())
}

for_each_backend! {
    async fn change_with_another_version_is_rejected(store: Store) {
        let tasks = tasks_of_ann(&store);
        let task = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap();
        for other in [&[][..], &[0], &[2], &[2, 3, i64::MAX]] {
            let other = any_of(other);
            assert!(matches!(tasks.update(task.id, title_change("x"), &other, timestamp(2)).await, Err(StoreError::VersionMismatch)));
            assert!(matches!(tasks.set_completed(task.id, true, &other, timestamp(2)).await, Err(StoreError::VersionMismatch)));
            // Also if the change would have no effect: the client has another version of the task.
            assert!(matches!(tasks.set_completed(task.id, false, &other, timestamp(2)).await, Err(StoreError::VersionMismatch)));
            assert!(matches!(tasks.delete(task.id, &other).await, Err(StoreError::VersionMismatch)));
        }
        assert_eq!(tasks.get(task.id).await.unwrap(), task);
    }

    async fn change_with_the_present_version_is_applied(store: Store) {
        let tasks = tasks_of_ann(&store);
        let id = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        assert_eq!(tasks.update(id, title_change("a"), &any_of(&[1]), timestamp(2)).await.unwrap().version.get(), 2);
        assert_eq!(tasks.set_completed(id, true, &any_of(&[1, 2]), timestamp(3)).await.unwrap().version.get(), 3);
        tasks.delete(id, &any_of(&[9, 3])).await.unwrap();
    }

    async fn conditional_change_of_a_missing_task_is_not_found(store: Store) {
        let (tasks, missing) = (tasks_of_ann(&store), TaskId::new(1).unwrap());
        assert!(matches!(tasks.update(missing, title_change("x"), &any_of(&[1]), timestamp(1)).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.delete(missing, &any_of(&[1])).await, Err(StoreError::NotFound)));
    }

    async fn concurrent_changes_with_one_version_apply_once(store: Store) {
        let id = tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        let changes = (0..8).map(|number| {
            let tasks = tasks_of_ann(&store);
            tokio::spawn(async move { tasks.update(id, title_change(&number.to_string()), &any_of(&[1]), timestamp(2)).await })
        });
        let mut made = 0;
        for change in changes.collect::<Vec<_>>() {
            match change.await.unwrap() {
                Ok(_) => made += 1,
                Err(error) => assert!(matches!(error, StoreError::VersionMismatch), "{error}"),
            }
        }
        assert_eq!((made, tasks_of_ann(&store).get(id).await.unwrap().version.get()), (1, 2));
    }

    async fn concurrent_unconditional_changes_all_apply(store: Store) {
        let id = tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        let changes = (0..40).map(|number| {
            let tasks = tasks_of_ann(&store);
            tokio::spawn(async move { tasks.update(id, title_change(&number.to_string()), ANY_VERSION, timestamp(2)).await.unwrap() })
        });
        let mut seen = Vec::new();
        for change in changes.collect::<Vec<_>>() {
            seen.push(change.await.unwrap().version.get());
        }
        seen.sort_unstable();
        assert_eq!(seen, (2..=41).collect::<Vec<_>>());
    }
}
