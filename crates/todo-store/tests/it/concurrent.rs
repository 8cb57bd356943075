use todo_store::{
    on_both,
    test_util::{at, new, owner},
};

use crate::{ALL, count};

on_both! {
    async fn many_writers_at_once_lose_nothing(database: &TestDatabase) {
        let store = database.store().await;
        let (writers, creates) = if database.directory().is_some() { (8, 500) } else { (32, 500) };
        let crowd = (0..writers).map(|writer| {
            let tasks = store.for_owner(owner(&format!("writer {writer}")));
            tokio::spawn(async move {
                for number in 0..creates {
                    let task = tasks.create(new(&number.to_string()), at(number)).await.unwrap();
                    if number % 50 == 0 {
                        assert_eq!(tasks.list(ALL).await.unwrap().tasks[0], task);
                    }
                }
                count(&tasks).await
            })
        });
        for writer in crowd.collect::<Vec<_>>() {
            assert_eq!(writer.await.unwrap(), usize::try_from(creates).unwrap());
        }
    }

    async fn two_processes_on_one_database_wait_for_each_other(database: &TestDatabase) {
        let stores = [database.store().await, database.store().await];
        let crowd = (0..8).map(|number| {
            let tasks = stores[number % 2].for_owner(owner("ann"));
            tokio::spawn(async move {
                for _ in 0..50 {
                    tasks.create(new("Buy milk"), at(1)).await.unwrap();
                }
            })
        });
        for writer in crowd.collect::<Vec<_>>() {
            writer.await.unwrap();
        }
        assert_eq!(count(&stores[0].for_owner(owner("ann"))).await, 400);
    }
}
