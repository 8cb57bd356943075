//! Full disks: an acknowledged task is stored, a task that is not stored was rejected.

use std::process::Stdio;

use sea_orm::ConnectionTrait as _;
use todo_store::{
    Database, OwnerTasks, Store, StoreError,
    test_util::{TestDatabase, timestamp},
};

use crate::{FULL_PAGE, count, new_task_with_description, processes, tasks_of_ann};

/// Creates tasks until the disk is full and returns the number of acknowledged ones.
async fn fill(tasks: &OwnerTasks) -> usize {
    let mut acknowledged = 0;
    while acknowledged < 10_000 {
        match tasks.create(new_task_with_description("Buy milk", &"x".repeat(1000)), timestamp(1)).await {
            Ok(_) => acknowledged += 1,
            Err(StoreError::Unavailable(_)) => return acknowledged,
            Err(other) => panic!("a full disk is transient, and not {other:?}"),
        }
    }
    panic!("the disk was never full");
}

#[tokio::test]
async fn full_database_rejects_writes_serves_reads_and_recovers() {
    let test_database = TestDatabase::sqlite();
    let database = test_database.database().await;
    let tasks = tasks_of_ann(&Store::new(database.clone()));
    let mut stored = 0;
    for megabytes in 1..=5 {
        let limit = format!("PRAGMA max_page_count = {}", megabytes * 256);
        database.writer().execute_unprepared(&limit).await.unwrap();
        stored += fill(&tasks).await;
        assert_eq!(count(&tasks).await, stored);
        // A few smaller ones may still fit into existing pages.
        stored += fill(&tasks).await;
        assert_eq!(tasks.list(FULL_PAGE).await.unwrap().tasks.len(), 200.min(stored));
    }
    database.close().await;
    assert_eq!(count(&tasks_of_ann(&test_database.store().await)).await, stored);
}

const URL: &str = "TODO_STORE_TEST_FULL_DISK";

/// A process that may not write files above 2 MiB meets a full disk at the commit.
#[tokio::test]
async fn write_on_a_full_disk_is_not_acknowledged() {
    let test_database = TestDatabase::sqlite();
    test_database.database().await.close().await;

    let limit_file_size = r#"trap "" XFSZ; ulimit -f 2048; exec "$@""#;
    let child = processes::child_test("full_disk::fill_disk_in_child_process", URL, test_database.url());
    let arguments = std::iter::once(child.get_program()).chain(child.get_args());
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", limit_file_size, "bash"]).args(arguments).env(URL, test_database.url()).stdout(Stdio::piped());
    let output = shell.spawn().unwrap().wait_with_output().unwrap();
    let output_text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{output_text}");

    let (_, acknowledged) = output_text.split_once("acknowledged: ").unwrap();
    let acknowledged: usize = acknowledged.split_whitespace().next().unwrap().parse().unwrap();
    assert!(acknowledged > 100, "{acknowledged}");
    let tasks = tasks_of_ann(&test_database.store().await);
    assert_eq!(count(&tasks).await, acknowledged);
    tasks.create(new_task_with_description("Room again", ""), timestamp(2)).await.unwrap();
}

#[tokio::test]
#[ignore = "runs in the child process of write_on_a_full_disk_is_not_acknowledged, with a limited file size"]
async fn fill_disk_in_child_process() {
    let url = std::env::var(URL).unwrap();
    let database = Database::open(&url.parse().unwrap(), 4).await.unwrap();
    let tasks = tasks_of_ann(&Store::new(database));
    let before = count(&tasks).await;
    let acknowledged = fill(&tasks).await;
    for _ in 0..20 {
        assert!(matches!(
            tasks.create(new_task_with_description("No", &"x".repeat(5000)), timestamp(1)).await,
            Err(StoreError::Unavailable(_))
        ));
        assert_eq!(count(&tasks).await, before + acknowledged);
    }
    println!("acknowledged: {acknowledged}");
}
