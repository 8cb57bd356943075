//! Several processes on one database: this test binary starts itself.

use std::process::{Command, Stdio};

use todo_store::{
    Database, Store, for_each_backend,
    test_util::{new_task, timestamp},
};

use crate::{count, tasks_of_ann};

/// The URL of the database for the child processes.
const URL: &str = "TODO_STORE_TEST_PROCESS";

/// A command that runs one ignored test of this binary with one environment variable.
pub(crate) fn child_test(test: &str, variable: &str, value: &str) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args(["--ignored", "--exact", test, "--nocapture"]).env(variable, value).stdout(Stdio::null());
    command
}

for_each_backend! {
    async fn processes_started_concurrently_on_a_new_database_all_start(database: &TestDatabase) {
        for _ in 0..3 {
            let children: Vec<_> =
                (0..8).map(|_| child_test("processes::open_migrate_and_write_in_child_process", URL, database.url()).spawn().unwrap()).collect();
            for mut child in children {
                assert!(child.wait().unwrap().success());
            }
        }
        assert_eq!(count(&tasks_of_ann(&database.store().await)).await, 24);
    }

    async fn concurrent_migrations_are_applied_once(database: &TestDatabase) {
        let empty = Database::open(&database.url().parse().unwrap(), 1).await.unwrap();
        let all = migrations::pending(empty.writer()).await.unwrap().len();
        empty.close().await;
        let handles = (0..8).map(|_| {
            let url = database.url().to_owned();
            tokio::spawn(async move {
                let database = Database::open(&url.parse().unwrap(), 2).await.unwrap();
                migrations::apply(database.writer()).await.unwrap()
            })
        });
        let mut applied = Vec::new();
        for handle in handles.collect::<Vec<_>>() {
            applied.push(handle.await.unwrap());
        }
        applied.sort_unstable();
        assert_eq!(applied, [0, 0, 0, 0, 0, 0, 0, all]);
    }
}

#[tokio::test]
#[ignore = "runs in the child processes of processes_started_concurrently_on_a_new_database_all_start"]
async fn open_migrate_and_write_in_child_process() {
    let url = std::env::var(URL).unwrap();
    let database = Database::open(&url.parse().unwrap(), 2).await.unwrap();
    migrations::apply(database.writer()).await.unwrap();
    let store = Store::new(database);
    tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
    store.close().await;
}
