use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::Value;

use crate::support::{SECRET, Server, command, token};

/// Sends a request and reads the response to its end.
fn exchange(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(request).unwrap();
    let mut response = Vec::new();
    stream.read_to_end(&mut response).unwrap();
    String::from_utf8_lossy(&response).into_owned()
}

#[test]
fn log_contains_user_and_route_but_no_token_or_secret() {
    let server = Server::spawn(command("sqlite::memory:").env("RUST_LOG", "trace"));
    let (valid, forged) = (token("ann"), format!("{}x", token("eve")));
    for (path, token, status) in [
        ("/api/ann/tasks", &valid, "200"),
        ("/api/ann/tasks", &forged, "401"),
        (&format!("/api/ann/tasks?access_token={valid}"), &valid, "200"),
        (&format!("/{valid}"), &valid, "404"),
    ] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer {token}\r\n");
        let response = exchange(&server, format!("{head}Connection: close\r\n\r\n").as_bytes());
        assert!(response.starts_with(&format!("HTTP/1.1 {status}")), "{response}");
    }
    let log = server.stop();
    let requests: Vec<Value> = log
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("each line is one JSON object"))
        .filter(|event| event["message"] == "answered")
        .collect();
    assert_eq!(requests.len(), 4);
    assert_eq!(
        (&requests[0]["user"], &requests[0]["route"], &requests[0]["status"]),
        (&"ann".into(), &"/api/{user_id}/tasks".into(), &200.into())
    );
    assert_eq!((&requests[1]["user"], &requests[1]["status"]), (&Value::Null, &401.into()));
    assert!(requests[1]["refusal"].is_string() && requests[1]["request_id"].is_string());
    for token in [&valid, &forged] {
        for segment in token.split('.').skip(1) {
            assert!(!log.iter().any(|line| line.contains(segment)), "a token is in the log");
        }
    }
    assert!(!log.iter().any(|line| line.contains(SECRET)), "the secret is in the log");
}

#[test]
fn malformed_request_is_not_logged_as_an_error() {
    let server = Server::start("sqlite::memory:");
    let response = exchange(&server, b"\x16\x03\x01 garbage\r\n\r\n");
    assert!(response.starts_with("HTTP/1.1 400"), "{response}");
    let log = server.stop();
    assert!(log.iter().any(|line| line.contains("stopped")), "{log:?}");
    assert!(!log.iter().any(|line| line.contains("ERROR")), "{log:?}");
}
