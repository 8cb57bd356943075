//! Disks that are full: what was acknowledged is kept, what was not kept was refused.

use std::process::Stdio;

use sea_orm::ConnectionTrait as _;
use todo_store::{
    Database, OwnerTasks, Store, StoreError,
    test_util::{TestDatabase, at},
};

use crate::{ALL, anns, count, described, processes};

/// Adds tasks until the disk is full, and says how many were acknowledged.
async fn fill(tasks: &OwnerTasks) -> usize {
    let mut acknowledged = 0;
    while acknowledged < 10_000 {
        match tasks.create(described("Buy milk", &"x".repeat(1000)), at(1)).await {
            Ok(_) => acknowledged += 1,
            Err(StoreError::Unavailable(_)) => return acknowledged,
            Err(other) => panic!("a full disk passes, and is not {other:?}"),
        }
    }
    panic!("the disk never was full");
}

#[tokio::test]
async fn a_full_database_refuses_writes_still_reads_and_recovers() {
    let place = TestDatabase::sqlite();
    let database = place.database().await;
    let tasks = anns(&Store::new(database.clone()));
    let mut kept = 0;
    for megabytes in 1..=5 {
        let limit = format!("PRAGMA max_page_count = {}", megabytes * 256);
        database.writer().execute_unprepared(&limit).await.unwrap();
        kept += fill(&tasks).await;
        assert_eq!(count(&tasks).await, kept);
        // Smaller ones may still find room in a page that is there already, but not for long.
        kept += fill(&tasks).await;
        assert_eq!(tasks.list(ALL).await.unwrap().tasks.len(), 200.min(kept));
    }
    database.close().await;
    assert_eq!(count(&anns(&place.store().await)).await, kept);
}

const URL: &str = "TODO_STORE_TEST_FULL_DISK";

/// The disk of a process that may not write files above 2 MiB is as good as full, at the commit.
#[tokio::test]
async fn what_a_full_disk_does_not_keep_is_never_acknowledged() {
    let place = TestDatabase::sqlite();
    place.database().await.close().await;

    let limited = r#"trap "" XFSZ; ulimit -f 2048; exec "$@""#;
    let child = processes::again("full_disk::on_a_full_disk", URL, place.url());
    let arguments = std::iter::once(child.get_program()).chain(child.get_args());
    let mut shell = std::process::Command::new("bash");
    shell.args(["-c", limited, "bash"]).args(arguments).env(URL, place.url()).stdout(Stdio::piped());
    let output = shell.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{said}");

    let (_, acknowledged) = said.split_once("acknowledged: ").unwrap();
    let acknowledged: usize = acknowledged.split_whitespace().next().unwrap().parse().unwrap();
    assert!(acknowledged > 100, "{acknowledged}");
    let tasks = anns(&place.store().await);
    assert_eq!(count(&tasks).await, acknowledged);
    tasks.create(described("Room again", ""), at(2)).await.unwrap();
}

/// The part of the test above that runs with the limit. By itself it does nothing.
#[tokio::test]
async fn on_a_full_disk() {
    let Ok(url) = std::env::var(URL) else { return };
    let database = Database::open(&url.parse().unwrap(), 4).await.unwrap();
    let tasks = anns(&Store::new(database));
    let before = count(&tasks).await;
    let acknowledged = fill(&tasks).await;
    for _ in 0..20 {
        assert!(matches!(
            tasks.create(described("No", &"x".repeat(5000)), at(1)).await,
            Err(StoreError::Unavailable(_))
        ));
        assert_eq!(count(&tasks).await, before + acknowledged);
    }
    println!("acknowledged: {acknowledged}");
}
