use std::{future::poll_fn, pin::pin, task::Poll};

use todo_domain::TaskId;
use todo_store::{
    Store, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{ANY_VERSION, FULL_PAGE, count, key, tasks_of_ann, title_change};

/// Polls a request `polls - 1` times, then drops it, as the server does when a client disconnects.
pub(crate) async fn drop_after_polls(polls: usize, request: impl Future) {
    let mut request = pin!(request);
    let mut left = polls;
    poll_fn(|context| {
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(()) } else { request.as_mut().poll(context).map(drop) }
    })
    .await;
}

/// Polls a request `polls` times and drops it right after the last poll, while its query is running.
pub(crate) async fn drop_during_poll(polls: usize, request: impl Future) {
    let mut request = pin!(request);
    let mut left = polls;
    poll_fn(|context| {
        left = left.saturating_sub(1);
        let polled = request.as_mut().poll(context).map(drop);
        if left == 0 { Poll::Ready(()) } else { polled }
    })
    .await;
}

async fn cancel_creates(store: Store, numbers: std::ops::Range<usize>) {
    let tasks = tasks_of_ann(&store);
    for number in numbers {
        let (polls, key) = (number / 2 % 14, key(&number.to_string()));
        // A cancelled query costs its connection, and opening one takes hundreds of polls. This opens one before.
        store.ping().await.unwrap();
        let create = tasks.create_idempotent(new_task(&number.to_string()), &key, timestamp(1));
        if number % 2 == 0 { drop_after_polls(polls, create).await } else { drop_during_poll(polls, create).await }
    }
}

for_each_backend! {
    async fn cancelled_create_is_applied_entirely_or_not_at_all(store: Store) {
        let handles: Vec<_> = (0..4).map(|n| tokio::spawn(cancel_creates(store.clone(), n * 100..n * 100 + 100))).collect();
        for handle in handles {
            handle.await.unwrap();
        }
        let tasks = tasks_of_ann(&store);
        assert!(count(&tasks).await > 0, "no create was polled to its end");
        // A key without a task, or a task without its key, would show here.
        for number in 0..400 {
            let task = tasks.create_idempotent(new_task(&number.to_string()), &key(&number.to_string()), timestamp(2)).await.unwrap();
            assert_eq!(tasks.get(task.id).await.unwrap(), task);
        }
        assert_eq!(count(&tasks).await, 400);
    }

    async fn cancelled_operations_leave_the_store_usable(store: Store) {
        let tasks = tasks_of_ann(&store);
        let id = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap().id;
        for polls in (0..14).cycle().take(140) {
            store.ping().await.unwrap();
            drop_during_poll(polls, tasks.list(FULL_PAGE)).await;
            store.ping().await.unwrap();
            drop_during_poll(polls, tasks.get(id)).await;
            store.ping().await.unwrap();
            drop_during_poll(polls, tasks.create(new_task("another"), timestamp(1))).await;
            store.ping().await.unwrap();
            drop_during_poll(polls, tasks.update(id, title_change("x"), ANY_VERSION, timestamp(1))).await;
            store.ping().await.unwrap();
            drop_after_polls(polls, tasks.set_completed(id, polls % 2 == 0, ANY_VERSION, timestamp(1))).await;
            store.ping().await.unwrap();
            drop_during_poll(polls, tasks.delete(TaskId::new(1_000_000).unwrap(), ANY_VERSION)).await;
            store.ping().await.unwrap();
            drop_during_poll(polls, store.ping()).await;
        }
        let version = tasks.get(id).await.unwrap().version;
        let changed = tasks.update(id, title_change("still here"), ANY_VERSION, timestamp(2)).await.unwrap();
        assert_eq!(changed.version.get(), version.get() + 1);
        assert_eq!(tasks.get(id).await.unwrap(), changed);
    }
}
