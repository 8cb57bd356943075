//! Several processes at once: this test binary runs itself again.

use std::process::{Command, Stdio};

use todo_store::{
    Database, Store, on_both,
    test_util::{at, new},
};

use crate::{anns, count};

const URL: &str = "TODO_STORE_TEST_PROCESS";

/// This binary, to run one test with one variable set.
pub(crate) fn again(test: &str, variable: &str, value: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--exact", test, "--nocapture"]).env(variable, value).stdout(Stdio::null());
    command
}

on_both! {
    async fn eight_processes_that_start_at_once_on_a_new_database_all_start(database: &TestDatabase) {
        for _ in 0..3 {
            let children: Vec<_> =
                (0..8).map(|_| again("processes::open_migrate_and_write", URL, database.url()).spawn().unwrap()).collect();
            for mut child in children {
                assert!(child.wait().unwrap().success());
            }
        }
        assert_eq!(count(&anns(&database.store().await)).await, 24);
    }

    async fn eight_tasks_that_open_and_migrate_at_once_all_do(database: &TestDatabase) {
        let crowd = (0..8).map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move {
                let database = Database::open(&url.parse().unwrap(), 2).await.unwrap();
                migrations::apply(database.writer()).await.unwrap()
            })
        });
        let mut applied = Vec::new();
        for one in crowd.collect::<Vec<_>>() {
            applied.push(one.await.unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied, [0, 0, 0, 0, 0, 0, 0, 2]);
    }
}

/// What each of the processes above does. By itself it does nothing.
#[tokio::test]
async fn open_migrate_and_write() {
    let Ok(url) = std::env::var(URL) else { return };
    let database = Database::open(&url.parse().unwrap(), 2).await.unwrap();
    migrations::apply(database.writer()).await.unwrap();
    let store = Store::new(database);
    anns(&store).create(new("Buy milk"), at(1)).await.unwrap();
    store.close().await;
}
