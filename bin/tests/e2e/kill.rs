use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use tempfile::tempdir;
use todo_store::test_util::TestDatabase;

use crate::support::{Server, sqlite_in};

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Writes from several threads until the server is killed, without warning, and starts it again.
fn what_was_acknowledged_is_there_after_kill_9(database: &str) {
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    for round in 0..3 {
        let mut server = Server::start(database);
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (client, acknowledged) = (server.client("ann"), acknowledged.clone());
                thread::spawn(move || {
                    for number in 0.. {
                        let title = format!("{round}/{writer}/{number}");
                        match client.add(&title, "kept") {
                            Some(201) => acknowledged.lock().unwrap().insert(title),
                            Some(status) => panic!("{status}"),
                            None => return,
                        };
                    }
                })
            })
            .collect();
        thread::sleep(Duration::from_millis(700));
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let kept: HashSet<_> = Server::start(database).client("ann").titles().into_iter().collect();
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.difference(&kept).collect();
    assert!(lost.is_empty(), "lost {lost:?} of {}", acknowledged.len());
    assert!(acknowledged.len() > 30, "only {} writes: too few to show anything", acknowledged.len());
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9_on_sqlite() {
    let folder = tempdir().unwrap();
    what_was_acknowledged_is_there_after_kill_9(&sqlite_in(folder.path()));
}

#[test]
fn what_was_acknowledged_is_there_after_kill_9_on_postgres() {
    let runtime = runtime();
    let database = runtime.block_on(TestDatabase::postgres());
    what_was_acknowledged_is_there_after_kill_9(database.url());
}
