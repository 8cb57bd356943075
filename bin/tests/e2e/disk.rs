use std::{
    fs::{self, File},
    io::Write,
    path::PathBuf,
    process::Command,
};

use tempfile::tempdir;

use crate::support::{SECRET, Server, sqlite_in};

/// The server on a disk of 4 MB that nobody else sees: a mount of its own, in a namespace of its own, which needs root
/// or user namespaces. The disk is reached through the process.
fn on_a_small_disk(folder: &std::path::Path) -> (Server, PathBuf) {
    let mut command = Command::new("unshare");
    // The namespaces of a user who is not root come with being root inside.
    command.args([
        "--user",
        "--map-root-user",
        "--mount",
        "sh",
        "-c",
        r#"mount -t tmpfs -o size=4m tmpfs "$1" && exec "$2""#,
        "sh",
    ]);
    command.arg(folder).arg(env!("CARGO_BIN_EXE_todo-server"));
    command.env("BETTER_AUTH_SECRET", SECRET).env("DATABASE_URL", sqlite_in(folder)).env("PORT", "0");
    let server = Server::spawn(&mut command);
    let disk = PathBuf::from(format!("/proc/{}/root{}", server.child.id(), folder.display()));
    (server, disk)
}

#[test]
fn on_a_full_disk_nothing_is_acknowledged_that_is_not_kept() {
    let folder = tempdir().unwrap();
    let (server, disk) = on_a_small_disk(folder.path());
    let client = server.client("ann");
    let room = disk.join("room");
    fs::write(&room, vec![0; 1024 * 1024]).unwrap();

    let mut acknowledged = Vec::new();
    let mut refused = 0;
    let long = "x".repeat(4000);
    for number in 0..2000 {
        let title = number.to_string();
        match client.add(&title, &long) {
            Some(201) => acknowledged.push(title),
            Some(503) => refused += 1,
            other => panic!("{other:?}"),
        }
        if refused == 20 {
            break;
        }
    }
    assert_eq!(refused, 20, "the disk never got full");
    acknowledged.reverse();
    assert_eq!(client.titles(), acknowledged, "reads go on, and show just what was acknowledged");

    // Even the last bytes gone make no difference.
    let mut rest = File::create(disk.join("rest")).unwrap();
    while rest.write_all(&[0; 512]).is_ok() {}
    assert_eq!(client.add("no room", ""), Some(503));
    assert_eq!(client.titles(), acknowledged);

    fs::remove_file(disk.join("rest")).unwrap();
    fs::remove_file(room).unwrap();
    assert_eq!(client.add("room again", &long), Some(201));
    acknowledged.insert(0, "room again".to_owned());
    assert_eq!(client.titles(), acknowledged);
}
