use std::process::Command;

use tempfile::tempdir;

use crate::support::{Server, configure, sqlite_in};

/// A file size limit acts as a full disk: every write above 2 MiB fails.
#[test]
fn write_on_a_full_disk_is_rejected_with_503_and_stores_nothing() {
    let directory = tempdir().unwrap();
    let mut limited = Command::new("/bin/bash");
    configure(&mut limited, &sqlite_in(directory.path()));
    limited.args(["-c", r#"trap "" XFSZ; ulimit -f 2048; exec "$0""#, env!("CARGO_BIN_EXE_todo-server")]);
    let server = Server::spawn(&mut limited);
    let client = server.client("ann");

    let (mut created, mut rejected) = (Vec::new(), 0);
    for number in 0..2000 {
        let title = number.to_string();
        match client.create(&title, &"x".repeat(4000)) {
            Some(201) => created.push(title),
            Some(503) => rejected += 1,
            other => panic!("{other:?}"),
        }
        if rejected == 20 {
            break;
        }
    }
    assert_eq!(rejected, 20, "the limit was not reached");
    assert!(created.len() > 20, "only {} tasks before the limit", created.len());
    created.reverse();
    assert_eq!(client.titles(), created);
}
