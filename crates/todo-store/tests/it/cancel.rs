use std::{future::poll_fn, pin::pin, task::Poll};

use todo_store::{
    Store, on_both,
    test_util::{at, new},
};

use crate::{ALL, ANY, anns, count, key, titled};

/// Lets a request run for so many steps, then drops it, as a client that hangs up does.
async fn abandon(steps: usize, request: impl Future) {
    let mut request = pin!(request);
    let mut left = steps;
    poll_fn(|context| {
        left = left.saturating_sub(1);
        if left == 0 { Poll::Ready(()) } else { request.as_mut().poll(context).map(drop) }
    })
    .await;
}

/// Like [`abandon`], but drops the request while its last step is under way.
async fn interrupt(steps: usize, request: impl Future) {
    let mut request = pin!(request);
    let mut left = steps;
    poll_fn(|context| {
        left = left.saturating_sub(1);
        let polled = request.as_mut().poll(context).map(drop);
        if left == 0 { Poll::Ready(()) } else { polled }
    })
    .await;
}

async fn abandoned_creates(store: Store, numbers: std::ops::Range<usize>) {
    let tasks = anns(&store);
    for number in numbers {
        let (steps, key) = (number / 2 % 14, key(&number.to_string()));
        let create = tasks.create_idempotent(new(&number.to_string()), &key, at(1));
        if number % 2 == 0 { abandon(steps, create).await } else { interrupt(steps, create).await }
    }
}

on_both! {
    async fn an_abandoned_create_is_made_entirely_or_not_at_all(store: Store) {
        // To open a connection takes hundreds of steps: one has to be there.
        assert_eq!(count(&anns(&store)).await, 0);
        let crowd: Vec<_> = (0..4).map(|n| tokio::spawn(abandoned_creates(store.clone(), n * 100..n * 100 + 100))).collect();
        for one in crowd {
            one.await.unwrap();
        }
        let tasks = anns(&store);
        let made = count(&tasks).await;
        assert!(made > 0, "some got far enough");
        // A key without a task, or a task without its key, would show here.
        for number in 0..400 {
            let task = tasks.create_idempotent(new(&number.to_string()), &key(&number.to_string()), at(2)).await.unwrap();
            assert_eq!(tasks.get(task.id).await.unwrap(), task);
        }
        assert_eq!(count(&tasks).await, 400);
    }

    async fn abandoned_requests_of_every_kind_leave_the_store_usable(store: Store) {
        let tasks = anns(&store);
        let id = tasks.create(new("Buy milk"), at(1)).await.unwrap().id;
        for steps in (0..14).cycle().take(140) {
            interrupt(steps, tasks.list(ALL)).await;
            interrupt(steps, tasks.get(id)).await;
            interrupt(steps, tasks.create(new("another"), at(1))).await;
            interrupt(steps, tasks.update(id, titled("x"), ANY, at(1))).await;
            abandon(steps, tasks.set_completed(id, steps % 2 == 0, ANY, at(1))).await;
            interrupt(steps, tasks.delete(todo_domain::TaskId::new_unchecked(1_000_000), ANY)).await;
            interrupt(steps, store.ping()).await;
        }
        let version = tasks.get(id).await.unwrap().version;
        let changed = tasks.update(id, titled("still here"), ANY, at(2)).await.unwrap();
        assert_eq!(changed.version.get(), version.get() + 1);
        assert_eq!(tasks.get(id).await.unwrap(), changed);
    }
}
