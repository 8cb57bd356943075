use todo_domain::{Description, TaskChange, TaskId, TaskStatus, Timestamp, Version};
use todo_store::{
    StoreError, on_both,
    test_util::{at, new},
};

use crate::{ALL, ANY, anns, described, titled};

on_both! {
    async fn a_task_comes_back_as_it_was_added(store: Store) {
        let task = anns(&store).create(described("Buy milk", "two litres"), at(17)).await.unwrap();
        assert_eq!((task.title.as_str(), task.user_id.as_str()), ("Buy milk", "ann"));
        assert_eq!(task.description.as_ref().map(Description::as_str), Some("two litres"));
        assert_eq!((task.status, task.completed_at, task.version), (TaskStatus::Incomplete, None, Version::FIRST));
        assert_eq!((task.created_at, task.updated_at), (at(17), at(17)));

        assert_eq!(anns(&store).get(task.id).await.unwrap(), task);
        assert_eq!(anns(&store).list(ALL).await.unwrap().tasks, [task]);
    }

    async fn a_change_changes_what_it_names_and_nothing_else(store: Store) {
        let tasks = anns(&store);
        let first = tasks.create(described("Buy milk", "two litres"), at(1)).await.unwrap();

        let renamed = tasks.update(first.id, titled("Buy oat milk"), ANY, at(2)).await.unwrap();
        assert_eq!(renamed.title.as_str(), "Buy oat milk");
        assert_eq!((&renamed.description, renamed.created_at), (&first.description, first.created_at));
        assert_eq!((renamed.updated_at, renamed.version.get()), (at(2), 2));

        let cleared = TaskChange { title: None, description: Some(None) };
        let cleared = tasks.update(first.id, cleared, ANY, at(3)).await.unwrap();
        assert_eq!((cleared.title, cleared.description), (renamed.title, None));
        assert_eq!(tasks.get(first.id).await.unwrap().version.get(), 3);
    }

    async fn completing_and_reopening_can_be_repeated(store: Store) {
        let tasks = anns(&store);
        let id = tasks.create(new("Buy milk"), at(1)).await.unwrap().id;

        let done = tasks.set_completed(id, true, ANY, at(2)).await.unwrap();
        assert_eq!((done.status, done.completed_at, done.updated_at), (TaskStatus::Complete, Some(at(2)), at(2)));
        assert_eq!(done.version.get(), 2);
        assert_eq!(tasks.set_completed(id, true, ANY, at(3)).await.unwrap(), done);

        let open = tasks.set_completed(id, false, ANY, at(4)).await.unwrap();
        assert_eq!((open.status, open.completed_at, open.updated_at), (TaskStatus::Incomplete, None, at(4)));
        assert_eq!(open.version.get(), 3);
        assert_eq!(tasks.set_completed(id, false, ANY, at(5)).await.unwrap(), open);
        assert_eq!(tasks.get(id).await.unwrap(), open);
    }

    async fn a_change_leaves_a_completed_task_complete(store: Store) {
        let tasks = anns(&store);
        let id = tasks.create(new("Buy milk"), at(1)).await.unwrap().id;
        tasks.set_completed(id, true, ANY, at(2)).await.unwrap();
        let changed = tasks.update(id, titled("Buy oat milk"), ANY, at(3)).await.unwrap();
        assert_eq!((changed.completed_at, changed.updated_at), (Some(at(2)), at(3)));
    }

    async fn a_clock_that_steps_back_moves_no_instant_back(store: Store) {
        let tasks = anns(&store);
        let id = tasks.create(new("Buy milk"), at(1000)).await.unwrap().id;
        let done = tasks.set_completed(id, true, ANY, at(5)).await.unwrap();
        assert_eq!((done.completed_at, done.updated_at), (Some(at(1000)), at(1000)));
        let changed = tasks.update(id, titled("Buy oat milk"), ANY, at(6)).await.unwrap();
        assert_eq!((changed.updated_at, changed.version.get()), (at(1000), 3));
    }

    async fn a_removed_task_is_gone_and_its_id_never_comes_again(store: Store) {
        let tasks = anns(&store);
        let gone = tasks.create(new("Buy milk"), at(1)).await.unwrap().id;
        tasks.delete(gone, ANY).await.unwrap();

        assert!(matches!(tasks.get(gone).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.delete(gone, ANY).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.update(gone, titled("x"), ANY, at(2)).await, Err(StoreError::NotFound)));
        assert!(matches!(tasks.set_completed(gone, true, ANY, at(2)).await, Err(StoreError::NotFound)));
        assert!(tasks.create(new("Buy milk"), at(3)).await.unwrap().id > gone);
    }

    async fn the_largest_of_everything_fits(store: Store) {
        let largest = described(&"👩".repeat(255), &"𝄞".repeat(5000));
        let end_of_time = Timestamp::from_micros(i64::MAX);
        let tasks = store.for_owner(todo_store::test_util::owner(&"é".repeat(127)));
        let task = tasks.create(largest, end_of_time).await.unwrap();
        assert_eq!(tasks.get(task.id).await.unwrap(), task);
        assert!(matches!(tasks.get(TaskId::new_unchecked(TaskId::MAX)).await, Err(StoreError::NotFound)));
    }

    async fn every_character_comes_back_as_it_was(store: Store) {
        let tasks = anns(&store);
        for text in ["'; DROP TABLE tasks; --", "% _ \\ \" ` $1 ?1 :a", "مرحبا", "e\u{301} é", "ß İ ı ﬁ", "\u{feff}a\u{200d}b", "🇳🇱👩‍👩‍👧‍👦"] {
            let task = tasks.create(described(text, &format!("\t{text}\n ")), at(1)).await.unwrap();
            assert_eq!(tasks.get(task.id).await.unwrap(), task);
            assert_eq!(task.title.as_str(), text);
        }
    }

    async fn a_store_that_answers_says_so(store: Store) {
        store.ping().await.unwrap();
    }
}
