use todo_store::{
    for_each_backend,
    test_util::{new_task, owner_id, timestamp},
};

use crate::{FULL_PAGE, count};

for_each_backend! {
    async fn concurrent_writers_lose_no_task(database: &TestDatabase) {
        let store = database.store().await;
        let (writers, creates) = if database.directory().is_some() { (8, 500) } else { (32, 500) };
        let handles = (0..writers).map(|writer| {
            let tasks = store.for_owner(owner_id(&format!("writer {writer}")));
            tokio::spawn(async move {
                for number in 0..creates {
                    let task = tasks.create(new_task(&number.to_string()), timestamp(number)).await.unwrap();
                    if number % 50 == 0 {
                        assert_eq!(tasks.list(FULL_PAGE).await.unwrap().tasks[0], task);
                    }
                }
                count(&tasks).await
            })
        });
        for writer in handles.collect::<Vec<_>>() {
            assert_eq!(writer.await.unwrap(), usize::try_from(creates).unwrap());
        }
    }

    async fn two_stores_on_one_database_write_concurrently(database: &TestDatabase) {
        let stores = [database.store().await, database.store().await];
        let handles = (0..8).map(|number| {
            let tasks = stores[number % 2].for_owner(owner_id("ann"));
            tokio::spawn(async move {
                for _ in 0..50 {
                    tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap();
                }
            })
        });
        for writer in handles.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(count(&stores[0].for_owner(owner_id("ann"))).await, 400);
    }
}
