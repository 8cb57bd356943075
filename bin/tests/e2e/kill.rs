use std::{
    collections::HashSet,
    sync::{Arc, Mutex},
    thread,
    time::Instant,
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
                            Some(201) => {
                                acknowledged.lock().unwrap().insert(title);
                            }
                            // Not acknowledged: the database of a busy machine did not respond in time.
                            Some(503) => {}
                            Some(status) => panic!("{status}"),
                            None => return,
                        }
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

/// Tasks that a deletion deletes.
const TASKS: usize = 100;

/// Kills the server at eight moments of the time that a deletion takes.
fn deletion_interrupted_by_kill_9_deletes_everything_or_nothing(database: &str) {
    let fill = |server: &Server| {
        for number in 0..TASKS {
            let number = number.to_string();
            assert_eq!(server.client("ann").create_with_key(&number, &"x".repeat(5000), &number), 201);
        }
    };
    let server = Server::start(database);
    fill(&server);
    let started = Instant::now();
    assert_eq!(server.client("ann").delete_everything(), Some(204));
    let duration = started.elapsed();
    drop(server);
    for eighth in 0..8 {
        let mut server = Server::start(database);
        fill(&server);
        let client = server.client("ann");
        let deletion = thread::spawn(move || client.delete_everything());
        thread::sleep(duration * eighth / 8);
        server.child.kill().unwrap();
        server.child.wait().unwrap();
        let response = deletion.join().unwrap();

        let server = Server::start(database);
        let client = server.client("ann");
        let left = client.titles().len();
        assert!(left == TASKS || left == 0, "{left} of {TASKS} tasks are left");
        assert!(response.is_none() || left == 0, "the deletion was acknowledged, and {left} tasks are left");
        // The key is stored exactly if the tasks are: with it nothing is created.
        assert_eq!(client.create_with_key("0", &"x".repeat(5000), "0"), 201);
        assert_eq!(client.titles().len(), if left == 0 { 1 } else { TASKS });
        assert_eq!(client.delete_everything(), Some(204));
    }
}

#[test]
fn deletion_interrupted_by_kill_9_deletes_everything_or_nothing_on_sqlite() {
    let directory = tempdir().unwrap();
    deletion_interrupted_by_kill_9_deletes_everything_or_nothing(&sqlite_in(directory.path()));
}

#[test]
fn deletion_interrupted_by_kill_9_deletes_everything_or_nothing_on_postgres() {
    let runtime = runtime();
    let database = runtime.block_on(TestDatabase::postgres());
    deletion_interrupted_by_kill_9_deletes_everything_or_nothing(database.url());
}
