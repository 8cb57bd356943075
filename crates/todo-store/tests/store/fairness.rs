use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use todo_store::{
    for_each_backend,
    test_util::{new_task, owner_id, timestamp},
};

use crate::{count, tasks_of_ann};

const FLOOD: usize = 100;

/// At least the connections of the store.
const CONNECTIONS: usize = 20;

for_each_backend! {
    // Another owner's write is in the queue behind as many writes of the flood as one owner may have there, not behind all.
    async fn write_waits_for_few_writes_of_another_owner(store: Store) {
        // Opening a connection takes longer than many writes.
        let open: Vec<_> = (0..CONNECTIONS)
            .map(|n| {
                let tasks = store.for_owner(owner_id(&format!("owner{n}")));
                tokio::spawn(async move { tasks.create(new_task("open a connection"), timestamp(1)).await.unwrap() })
            })
            .collect();
        for create in open {
            create.await.unwrap();
        }
        let completed = Arc::new(AtomicUsize::new(0));
        let flood: Vec<_> = (0..FLOOD)
            .map(|_| {
                let (tasks, completed) = (tasks_of_ann(&store), completed.clone());
                tokio::spawn(async move {
                    tasks.create(new_task("flood"), timestamp(1)).await.unwrap();
                    completed.fetch_add(1, Ordering::Relaxed);
                })
            })
            .collect();
        // The others wait by then.
        while completed.load(Ordering::Relaxed) < 3 {
            tokio::task::yield_now().await;
        }
        let (sender, mut results) = tokio::sync::mpsc::unbounded_channel();
        for owner in ["bob", "carol", "dave"] {
            let (tasks, completed, sender) = (store.for_owner(owner_id(owner)), completed.clone(), sender.clone());
            tokio::spawn(async move {
                tasks.create(new_task("calm"), timestamp(1)).await.unwrap();
                sender.send(completed.load(Ordering::Relaxed)).unwrap();
            });
        }
        // The first of three: two owners share their queue with a probability of 1 in 1024.
        let before = results.recv().await.unwrap();
        assert!(before < FLOOD / 2, "{before} writes of the flood came first");
        for operation in flood {
            operation.await.unwrap();
        }
        assert_eq!(count(&tasks_of_ann(&store)).await, FLOOD);
    }
}
