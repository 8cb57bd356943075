use std::{io::Write, net::TcpStream, thread, time::Duration};

use serde_json::Value;

use crate::support::{SECRET, Server, command, token};

#[test]
fn a_log_tells_who_asked_what_but_never_a_token_or_a_secret() {
    let server = Server::spawn(command("sqlite::memory:").env("RUST_LOG", "trace"));
    let (good, forged) = (token("ann"), format!("{}x", token("eve")));
    for (path, token) in [
        ("/api/ann/tasks", &good),
        ("/api/ann/tasks", &forged),
        (&format!("/api/ann/tasks?access_token={good}"), &good),
        (&format!("/{good}"), &good),
    ] {
        let mut stream = TcpStream::connect(server.address()).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nHost: todo.test\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
        )
        .unwrap();
        std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    }
    thread::sleep(Duration::from_millis(200));
    let log = server.log();
    let answered: Vec<Value> = log
        .iter()
        .map(|line| serde_json::from_str::<Value>(line).expect("each line is one JSON object"))
        .filter(|event| event["message"] == "answered")
        .collect();
    assert_eq!(answered.len(), 4);
    assert_eq!(
        (&answered[0]["user"], &answered[0]["route"], &answered[0]["status"]),
        (&"ann".into(), &"/api/{user_id}/tasks".into(), &200.into())
    );
    assert_eq!((&answered[1]["user"], &answered[1]["status"]), (&Value::Null, &401.into()));
    assert!(answered[1]["refusal"].is_string() && answered[1]["request_id"].is_string());
    for token in [&good, &forged] {
        for segment in token.split('.').skip(1) {
            assert!(!log.iter().any(|line| line.contains(segment)), "a token is in the log");
        }
    }
    assert!(!log.iter().any(|line| line.contains(SECRET)), "the secret is in the log");
}

#[test]
fn what_anybody_can_send_is_no_error_of_ours() {
    let server = Server::start("sqlite::memory:");
    let mut stream = TcpStream::connect(server.address()).unwrap();
    stream.write_all(b"\x16\x03\x01 garbage\r\n\r\n").unwrap();
    std::io::copy(&mut stream, &mut std::io::sink()).unwrap();
    thread::sleep(Duration::from_millis(100));
    assert!(!server.log().iter().any(|line| line.contains("ERROR")), "{:?}", server.log());
}
