use todo_domain::{Description, TaskChange, TaskId, TaskStatus, Timestamp, Version};
use todo_store::{
    StoreError, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{ANY_VERSION, FULL_PAGE, new_task_with_description, tasks_of_ann, title_change};

for_each_backend! {
    async fn created_task_is_returned_unchanged(store: Store) {
        let task = tasks_of_ann(&store).create(new_task_with_description("Buy milk", "two litres"), timestamp(17)).await.unwrap();
        assert_eq!((task.title.as_str(), task.user_id.as_str()), ("Buy milk", "ann"));
        assert_eq!(task.description.as_ref().map(Description::as_str), Some("two litres"));
        assert_eq!((task.status, task.completed_at, task.version), (TaskStatus::Incomplete, None, Version::FIRST));
        assert_eq!((task.created_at, task.updated_at), (timestamp(17), timestamp(17)));

        assert_eq!(tasks_of_ann(&store).get(task.id).await.unwrap(), task);
        assert_eq!(tasks_of_ann(&store).list(FULL_PAGE).await.unwrap().tasks, [task]);
    }

    async fn update_changes_only_the_given_fields(store: Store) {
        let tasks = tasks_of_ann(&store);
        let first = tasks.create(new_task_with_description("Buy milk", "two litres"), timestamp(1)).await.unwrap();

        let renamed = tasks.update(first.id, title_change("Buy oat milk"), ANY_VERSION, timestamp(2)).await.unwrap();
        assert_eq!(renamed.title.as_str(), "Buy oat milk");
        assert_eq!((&renamed.description, renamed.created_at), (&first.description, first.created_at));
        assert_eq!((renamed.updated_at, renamed.version.get()), (timestamp(2), 2));

        let cleared = TaskChange { title: None, description: Some(None) };
        let cleared = tasks.update(first.id, cleared, ANY_VERSION, timestamp(3)).await.unwrap();
        assert_eq!((cleared.title, cleared.description), (renamed.title, None));
        assert_eq!(tasks.get(first.id).await.unwrap().version.get(), 3);
    }

    async fn repeated_completion_and_reopening_change_nothing(store: Store) {
        let tasks = tasks_of_ann(&store);
        let id = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;

        let done = tasks.set_completed(id, true, ANY_VERSION, timestamp(2)).await.unwrap();
        assert_eq!((done.status, done.completed_at, done.updated_at), (TaskStatus::Complete, Some(timestamp(2)), timestamp(2)));
        assert_eq!(done.version.get(), 2);
        assert_eq!(tasks.set_completed(id, true, ANY_VERSION, timestamp(3)).await.unwrap(), done);

        let open = tasks.set_completed(id, false, ANY_VERSION, timestamp(4)).await.unwrap();
        assert_eq!((open.status, open.completed_at, open.updated_at), (TaskStatus::Incomplete, None, timestamp(4)));
        assert_eq!(open.version.get(), 3);
        assert_eq!(tasks.set_completed(id, false, ANY_VERSION, timestamp(5)).await.unwrap(), open);
        assert_eq!(tasks.get(id).await.unwrap(), open);
    }

    async fn update_of_a_complete_task_keeps_it_complete(store: Store) {
        let tasks = tasks_of_ann(&store);
        let id = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        tasks.set_completed(id, true, ANY_VERSION, timestamp(2)).await.unwrap();
        let changed = tasks.update(id, title_change("Buy oat milk"), ANY_VERSION, timestamp(3)).await.unwrap();
        assert_eq!((changed.completed_at, changed.updated_at), (Some(timestamp(2)), timestamp(3)));
    }

    async fn clock_set_back_keeps_updated_at(store: Store) {
        let tasks = tasks_of_ann(&store);
        let id = tasks.create(new_task("Buy milk"), timestamp(1000)).await.unwrap().id;
        let done = tasks.set_completed(id, true, ANY_VERSION, timestamp(5)).await.unwrap();
        assert_eq!((done.completed_at, done.updated_at), (Some(timestamp(1000)), timestamp(1000)));
        let changed = tasks.update(id, title_change("Buy oat milk"), ANY_VERSION, timestamp(6)).await.unwrap();
        assert_eq!((changed.updated_at, changed.version.get()), (timestamp(1000), 3));
    }

    async fn deleted_task_is_not_found_and_its_id_is_not_reused(store: Store) {
        let tasks = tasks_of_ann(&store);
        let gone = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        tasks.delete(gone, ANY_VERSION).await.unwrap();

        assert!(matches!(tasks.get(gone).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.delete(gone, ANY_VERSION).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.update(gone, title_change("x"), ANY_VERSION, timestamp(2)).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.set_completed(gone, true, ANY_VERSION, timestamp(2)).await, Err(StoreError::NotFound)));
        assert!(tasks.create(new_task("Buy milk"), timestamp(3)).await.unwrap().id > gone);
    }

    async fn task_with_maximum_lengths_is_stored(store: Store) {
        let largest = new_task_with_description(&"👩".repeat(255), &"𝄞".repeat(5000));
        let end_of_time = Timestamp::from_micros(i64::MAX);
        let tasks = store.for_owner(todo_store::test_util::owner_id(&"é".repeat(127)));
        let task = tasks.create(largest, end_of_time).await.unwrap();
        assert_eq!(tasks.get(task.id).await.unwrap(), task);
        assert!(matches!(tasks.get(TaskId::new(TaskId::MAX).unwrap()).await, Err(StoreError::NotFound)));
    }

    async fn every_character_is_stored_unchanged(store: Store) {
        let tasks = tasks_of_ann(&store);
        for text in ["'; DROP TABLE tasks; --", "% _ \\ \" ` $1 ?1 :a", "مرحبا", "e\u{301} é", "ß İ ı ﬁ", "\u{feff}a\u{200d}b", "🇳🇱👩‍👩‍👧‍👦"] {
            let task = tasks.create(new_task_with_description(text, &format!("\t{text}\n ")), timestamp(1)).await.unwrap();
            assert_eq!(tasks.get(task.id).await.unwrap(), task);
            assert_eq!(task.title.as_str(), text);
        }
    }

    async fn ping_of_an_open_store_succeeds(store: Store) {
        store.ping().await.unwrap();
    }
}
