use std::{
    io::{Read, Write},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use tempfile::tempdir;

use crate::support::{PATIENCE, Server, sqlite_in, token};

fn exit_code(server: &mut Server) -> Option<i32> {
    let started = Instant::now();
    while started.elapsed() < PATIENCE {
        if let Some(status) = server.child.try_wait().unwrap() {
            return status.code();
        }
        thread::sleep(Duration::from_millis(10));
    }
    panic!("the server does not stop");
}

/// A request whose body is still to come.
fn half_a_request(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    let token = token("ann");
    write!(stream, "POST /api/ann/tasks HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\nContent-Length: 16\r\n\r\n{{").unwrap();
    thread::sleep(Duration::from_millis(200));
    stream
}

#[test]
fn a_running_request_finishes_before_the_server_stops() {
    for signal in ["-TERM", "-INT"] {
        let folder = tempdir().unwrap();
        let mut server = Server::start(&sqlite_in(folder.path()));
        let mut running = half_a_request(&server);
        server.signal(signal);
        thread::sleep(Duration::from_millis(200));
        running.write_all(br#""title":"last"}"#).unwrap();
        let mut answer = [0; 12];
        running.read_exact(&mut answer).unwrap();
        assert_eq!(&answer, b"HTTP/1.1 201", "{signal}");
        drop(running);
        assert_eq!(exit_code(&mut server), Some(0), "{signal}");
        assert!(!folder.path().join("todo.db-wal").exists(), "the write-ahead log stays behind");
        assert_eq!(Server::start(&sqlite_in(folder.path())).client("ann").titles(), ["last"]);
    }
}

#[test]
fn a_second_ctrl_c_stops_at_once() {
    let mut server = Server::start("sqlite::memory:");
    let _running = half_a_request(&server);
    server.signal("-INT");
    thread::sleep(Duration::from_millis(200));
    server.signal("-INT");
    assert_eq!(exit_code(&mut server), Some(130));
}

#[test]
fn a_body_that_does_not_come_gets_a_408() {
    let server = Server::start("sqlite::memory:");
    let mut running = half_a_request(&server);
    let mut answer = String::new();
    running.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("body_timeout"), "{answer}");
}
