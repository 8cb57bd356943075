use std::{
    io::{Read, Write},
    net::TcpStream,
};

use tempfile::tempdir;

use crate::support::{Server, TIMEOUT, sqlite_in, token};

const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A request that the server has begun to handle and whose body is incomplete.
fn start_request(server: &Server) -> TcpStream {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(TIMEOUT)).unwrap();
    let token = token("ann");
    write!(
        stream,
        "POST /api/ann/tasks HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer {token}\r\n\
        Content-Type: application/json\r\nContent-Length: 16\r\nExpect: 100-continue\r\n\r\n"
    )
    .unwrap();
    let mut response = [0; CONTINUE.len()];
    stream.read_exact(&mut response).unwrap();
    assert_eq!(response, CONTINUE, "{:?}", String::from_utf8_lossy(&response));
    stream.write_all(b"{").unwrap();
    stream
}

#[test]
fn running_request_finishes_before_the_server_stops() {
    for signal in ["-TERM", "-INT"] {
        let directory = tempdir().unwrap();
        let mut server = Server::start(&sqlite_in(directory.path()));
        let mut running = start_request(&server);
        server.signal(signal);
        server.wait_for_log("stopping: ");
        running.write_all(br#""title":"last"}"#).unwrap();
        let mut response = [0; 12];
        running.read_exact(&mut response).unwrap();
        assert_eq!(&response, b"HTTP/1.1 201", "{signal}");
        drop(running);
        assert_eq!(server.exit_code(), Some(0), "{signal}");
        assert!(!directory.path().join("todo.db-wal").exists(), "the write-ahead log was not removed");
        assert_eq!(Server::start(&sqlite_in(directory.path())).client("ann").titles(), ["last"]);
    }
}

#[test]
fn second_ctrl_c_stops_immediately() {
    let mut server = Server::start("sqlite::memory:");
    let _running = start_request(&server);
    server.signal("-INT");
    server.wait_for_log("stopping: ");
    server.signal("-INT");
    assert_eq!(server.exit_code(), Some(130));
}

#[test]
fn incomplete_body_is_rejected_with_408() {
    let server = Server::start("sqlite::memory:");
    let mut running = start_request(&server);
    let mut response = String::new();
    running.read_to_string(&mut response).unwrap();
    assert!(response.starts_with("HTTP/1.1 408") && response.contains("body_timeout"), "{response}");
}
