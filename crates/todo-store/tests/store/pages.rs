use todo_domain::{TaskId, TaskStatus};
use todo_store::{
    ListQuery, OwnerTasks, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{ANY_VERSION, FULL_PAGE, tasks_of_ann};

/// Returns the ids of all pages.
async fn paginate(tasks: &OwnerTasks, status: Option<TaskStatus>, limit: u16) -> Vec<TaskId> {
    let mut page = ListQuery { status, before: None, limit };
    let mut ids = Vec::new();
    loop {
        let page_of_tasks = tasks.list(page).await.unwrap();
        assert!(page_of_tasks.tasks.len() <= limit.into());
        ids.extend(page_of_tasks.tasks.iter().map(|task| task.id));
        match page_of_tasks.next_cursor {
            Some(next) => page.before = Some(next),
            None => return ids,
        }
    }
}

for_each_backend! {
    async fn pagination_returns_every_task_once_newest_first(store: Store) {
        let tasks = tasks_of_ann(&store);
        let (mut open, mut done) = (Vec::new(), Vec::new());
        for number in 0..23 {
            let id = tasks.create(new_task(&number.to_string()), timestamp(100 - number)).await.unwrap().id;
            if number % 3 == 0 {
                tasks.set_completed(id, true, ANY_VERSION, timestamp(200)).await.unwrap();
                done.insert(0, id);
            } else {
                open.insert(0, id);
            }
        }
        let mut all = [open.clone(), done.clone()].concat();
        all.sort_unstable_by(|one, other| other.cmp(one));
        for limit in [1, 2, 5, 8, 22, 23, 24, 200] {
            assert_eq!(paginate(&tasks, None, limit).await, all);
            assert_eq!(paginate(&tasks, Some(TaskStatus::Incomplete), limit).await, open);
            assert_eq!(paginate(&tasks, Some(TaskStatus::Complete), limit).await, done);
        }
    }

    async fn pagination_continues_while_tasks_are_created_and_deleted(store: Store) {
        let tasks = tasks_of_ann(&store);
        let mut ids = Vec::new();
        for number in 0..6 {
            ids.push(tasks.create(new_task(&number.to_string()), timestamp(1)).await.unwrap().id);
        }
        let first = tasks.list(ListQuery { limit: 2, ..FULL_PAGE }).await.unwrap();
        assert_eq!(first.next_cursor, Some(ids[4]));
        tasks.delete(ids[4], ANY_VERSION).await.unwrap();
        tasks.delete(ids[2], ANY_VERSION).await.unwrap();
        tasks.create(new_task("later"), timestamp(2)).await.unwrap();
        let second = tasks.list(ListQuery { limit: 2, before: first.next_cursor, ..FULL_PAGE }).await.unwrap();
        assert_eq!(second.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[3], ids[1]]);
    }

    async fn page_that_ends_early_continues_after_its_last_task(store: Store) {
        let tasks = tasks_of_ann(&store);
        let mut ids = Vec::new();
        for number in 0..7 {
            ids.insert(0, tasks.create(new_task(&number.to_string()), timestamp(1)).await.unwrap().id);
        }
        let (mut listed, mut page) = (Vec::new(), FULL_PAGE);
        loop {
            let mut on_page = Vec::new();
            let next_cursor = tasks.list_while(page, |task| {
                let fits = on_page.len() < 3;
                if fits {
                    on_page.push(task.id);
                }
                fits
            });
            page.before = next_cursor.await.unwrap();
            listed.push(on_page);
            if page.before.is_none() {
                break;
            }
        }
        assert_eq!(listed, [&ids[..3], &ids[3..6], &ids[6..]]);
    }

    async fn last_page_has_no_next_cursor(store: Store) {
        let tasks = tasks_of_ann(&store);
        let empty = tasks.list(FULL_PAGE).await.unwrap();
        assert_eq!((empty.tasks.len(), empty.next_cursor), (0, None));
        tasks.create(new_task("one"), timestamp(1)).await.unwrap();
        tasks.create(new_task("two"), timestamp(1)).await.unwrap();
        assert_eq!(tasks.list(ListQuery { limit: 2, ..FULL_PAGE }).await.unwrap().next_cursor, None);
        assert!(tasks.list(ListQuery { limit: 1, ..FULL_PAGE }).await.unwrap().next_cursor.is_some());
        assert_eq!(tasks.list(ListQuery { limit: 0, ..FULL_PAGE }).await.unwrap().next_cursor, None);
    }
}
