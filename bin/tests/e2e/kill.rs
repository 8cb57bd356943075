use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    thread,
};

use tempfile::tempdir;
use todo_store::test_util::TestDatabase;

use crate::support::{Server, runtime, sqlite_in, wait_until};

/// Acknowledged writes before each kill.
const WRITES_PER_ROUND: usize = 50;

/// Writes from several threads until the server is killed with SIGKILL, three times.
fn acknowledged_writes_survive_kill_9(database: &str) {
    let acknowledged = Arc::new(Mutex::new(HashSet::new()));
    for round in 0..3 {
        let mut server = Server::start(database);
        let writers: Vec<_> = (0..4)
            .map(|writer| {
                let (client, acknowledged) = (server.client("ann"), acknowledged.clone());
                thread::spawn(move || {
                    for number in 0.. {
                        let title = format!("{round}/{writer}/{number}");
                        match client.create(&title, "stored") {
                            Some(201) => acknowledged.lock().unwrap().insert(title),
                            Some(status) => panic!("{status}"),
                            None => return,
                        };
                    }
                })
            })
            .collect();
        let expected = (round + 1) * WRITES_PER_ROUND;
        wait_until("enough writes are acknowledged", || acknowledged.lock().unwrap().len() >= expected);
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        for writer in writers {
            writer.join().unwrap();
        }
    }
    let stored: HashSet<_> = Server::start(database).client("ann").titles().into_iter().collect();
    let acknowledged = acknowledged.lock().unwrap();
    let lost: Vec<_> = acknowledged.difference(&stored).collect();
    assert!(lost.is_empty(), "lost {lost:?} of {}", acknowledged.len());
}

#[test]
fn acknowledged_writes_survive_kill_9_on_sqlite() {
    let directory = tempdir().unwrap();
    acknowledged_writes_survive_kill_9(&sqlite_in(directory.path()));
}

#[test]
fn acknowledged_writes_survive_kill_9_on_postgres() {
    let runtime = runtime();
    let database = runtime.block_on(TestDatabase::postgres());
    acknowledged_writes_survive_kill_9(database.url());
}
