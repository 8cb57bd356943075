use todo_domain::{TaskId, TaskStatus};
use todo_store::{
    ListQuery, OwnerTasks, on_both,
    test_util::{at, new},
};

use crate::{ALL, ANY, anns};

/// All ids, page by page.
async fn walk(tasks: &OwnerTasks, status: Option<TaskStatus>, limit: u16) -> Vec<TaskId> {
    let mut page = ListQuery { status, before: None, limit };
    let mut ids = Vec::new();
    loop {
        let slice = tasks.list(page).await.unwrap();
        assert!(slice.tasks.len() <= limit.into());
        ids.extend(slice.tasks.iter().map(|task| task.id));
        match slice.next_cursor {
            Some(next) => page.before = Some(next),
            None => return ids,
        }
    }
}

on_both! {
    async fn a_walk_meets_every_task_once_newest_first(store: Store) {
        let tasks = anns(&store);
        let (mut open, mut done) = (Vec::new(), Vec::new());
        for number in 0..23 {
            let id = tasks.create(new(&number.to_string()), at(100 - number)).await.unwrap().id;
            if number % 3 == 0 {
                tasks.set_completed(id, true, ANY, at(200)).await.unwrap();
                done.insert(0, id);
            } else {
                open.insert(0, id);
            }
        }
        let mut all = [open.clone(), done.clone()].concat();
        all.sort_unstable_by(|one, other| other.cmp(one));
        for limit in [1, 2, 5, 8, 22, 23, 24, 200] {
            assert_eq!(walk(&tasks, None, limit).await, all);
            assert_eq!(walk(&tasks, Some(TaskStatus::Incomplete), limit).await, open);
            assert_eq!(walk(&tasks, Some(TaskStatus::Complete), limit).await, done);
        }
    }

    async fn a_walk_goes_on_where_it_was_while_tasks_come_and_go(store: Store) {
        let tasks = anns(&store);
        let mut ids = Vec::new();
        for number in 0..6 {
            ids.push(tasks.create(new(&number.to_string()), at(1)).await.unwrap().id);
        }
        let first = tasks.list(ListQuery { limit: 2, ..ALL }).await.unwrap();
        assert_eq!(first.next_cursor, Some(ids[4]));
        tasks.delete(ids[4], ANY).await.unwrap();
        tasks.delete(ids[2], ANY).await.unwrap();
        tasks.create(new("later"), at(2)).await.unwrap();
        let second = tasks.list(ListQuery { limit: 2, before: first.next_cursor, ..ALL }).await.unwrap();
        assert_eq!(second.tasks.iter().map(|task| task.id).collect::<Vec<_>>(), [ids[3], ids[1]]);
    }

    async fn the_last_page_says_that_it_is_the_last(store: Store) {
        let tasks = anns(&store);
        let empty = tasks.list(ALL).await.unwrap();
        assert_eq!((empty.tasks.len(), empty.next_cursor), (0, None));
        tasks.create(new("one"), at(1)).await.unwrap();
        tasks.create(new("two"), at(1)).await.unwrap();
        assert_eq!(tasks.list(ListQuery { limit: 2, ..ALL }).await.unwrap().next_cursor, None);
        assert!(tasks.list(ListQuery { limit: 1, ..ALL }).await.unwrap().next_cursor.is_some());
        assert_eq!(tasks.list(ListQuery { limit: 0, ..ALL }).await.unwrap().next_cursor, None);
    }
}
