use std::{
    fs,
    io::{Read as _, Write as _},
    net::{TcpListener, TcpStream},
    process::Child,
};

use serde_json::{Value, json};
use tempfile::tempdir;

use crate::support::{Server, command, run, token, token_from, wait_until};

/// Sends a request from behind a proxy, and returns the status line.
fn send(address: &str, path: &str, authorization: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: todo.test\r\nX-Request-Id: {}\r\nX-Forwarded-For: 203.0.113.9, 198.51.100.7\r\n\
        {authorization}Connection: close\r\n\r\n",
        path.len()
    )
    .unwrap();
    let mut response = String::new();
    stream.read_to_string(&mut response).unwrap();
    response.lines().next().unwrap_or_default().to_owned()
}

struct KilledOnDrop(Child);

impl Drop for KilledOnDrop {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn security_events_are_json_lines_whatever_filter_and_format_say() {
    let directory = tempdir().unwrap();
    let log = directory.path().join("log");
    // A free port: the line with the address is filtered out.
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let mut server = command("sqlite::memory:");
    server.env("PORT", port.to_string()).env("RUST_LOG", "off").env("TODO__LOG__FORMAT", "text");
    server.env("TODO__HTTP__TRUSTED_PROXIES", "127.0.0.1").env("TODO__HTTP__REQUESTS_PER_MINUTE", "1");
    let mut server = KilledOnDrop(server.stderr(fs::File::create(&log).unwrap()).spawn().unwrap());
    wait_until("the server listens", || TcpStream::connect(&address).is_ok());

    let bearer = |token: &str| format!("Authorization: Bearer {token}\r\n");
    let (valid, other) = (token("ann"), token("eve"));
    let forged = format!("{}AAAA", &other[..other.len() - 4]);
    let no_event = send(&address, "/api/ann/tasks", "");
    assert_eq!(no_event, "HTTP/1.1 401 Unauthorized");
    for _ in 0..4 {
        assert_eq!(send(&address, "/api/eve/tasks", &bearer(&forged)), "HTTP/1.1 401 Unauthorized");
    }
    assert_eq!(send(&address, "/api/ann/tasks?q=secret", &bearer("garbage")), "HTTP/1.1 401 Unauthorized");
    assert_eq!(send(&address, "/api/ann/tasks/1", &bearer(&other)), "HTTP/1.1 403 Forbidden");
    assert_eq!(send(&address, "/api/ann/tasks", &bearer(&valid)), "HTTP/1.1 200 OK");
    assert_eq!(send(&address, "/api/ann/tasks", &bearer(&valid)), "HTTP/1.1 429 Too Many Requests");
    run(std::process::Command::new("kill").arg(server.0.id().to_string()));
    assert_eq!(server.0.wait().unwrap().code(), Some(0));

    let log = fs::read_to_string(&log).unwrap();
    let mut events: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).expect("only JSON lines")).collect();
    for event in &mut events {
        let members = event.as_object_mut().unwrap();
        assert!(members.remove("timestamp").unwrap().as_str().unwrap().ends_with('Z'));
        assert_eq!((members.remove("level"), members.remove("target")), (Some("WARN".into()), Some("security".into())));
        assert_eq!(
            (members.remove("outcome"), members.remove("client")),
            (Some("refused".into()), Some("198.51.100.7".into()))
        );
    }
    assert_eq!(
        events,
        [
            json!({ "event": "token_refused", "reason": "invalid_signature", "request_id": "14" }),
            json!({ "event": "token_refused", "reason": "not_compact_jws", "request_id": "23" }),
            json!({ "event": "other_users_path", "request_id": "16", "user": "eve" }),
            json!({ "event": "limit_exceeded", "limit": "requests_per_minute", "request_id": "14", "user": "ann" }),
            // Three more like the first, written when the server stops.
            json!({ "event": "token_refused", "reason": "invalid_signature", "count": 3 }),
        ]
    );
}

#[test]
fn security_event_contains_no_token_path_or_email_address() {
    let directory = tempdir().unwrap();
    let log = directory.path().join("log");
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let address = format!("127.0.0.1:{port}");
    let mut server = command("sqlite::memory:");
    server.env("PORT", port.to_string()).env("RUST_LOG", "off");
    let mut server = KilledOnDrop(server.stderr(fs::File::create(&log).unwrap()).spawn().unwrap());
    wait_until("the server listens", || TcpStream::connect(&address).is_ok());

    let mut sign = command("sqlite::memory:");
    let token = token_from(sign.args(["token", "--sub", "eve", "--email", "eve@mail.example"]));
    let path = "/api/path-of-ann/tasks?cursor=query-of-ann";
    for credential in [&token, &token[1..], &format!("{token}x"), &format!("{token} {token}")] {
        send(&address, path, &format!("Authorization: Bearer {credential}\r\n"));
    }
    send(&address, path, &format!("Authorization: Bearer {token}\r\n").repeat(2));
    run(std::process::Command::new("kill").arg(server.0.id().to_string()));
    assert_eq!(server.0.wait().unwrap().code(), Some(0));

    let log = fs::read_to_string(&log).unwrap();
    assert_eq!(log.lines().count(), 5, "{log}");
    for part in token.split('.').chain(["mail.example", "path-of-ann", "query-of-ann", "/tasks"]) {
        assert!(!log.contains(part), "{part} is in {log}");
    }
}

#[test]
fn deletion_of_all_data_of_a_user_is_one_event_beside_the_log() {
    let server = Server::start("sqlite::memory:");
    assert_eq!(server.client("ann").delete_everything(), Some(204));
    let log = server.stop();
    let lines = log.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events: Vec<Value> = lines.filter(|line| line["event"] == "user_data_deleted").collect();
    let members = |event: &Value| ["level", "target", "outcome", "client", "user"].map(|name| event[name].clone());
    let expected = ["INFO", "security", "success", "127.0.0.1", "ann"].map(Value::from);
    assert_eq!(events.iter().map(members).collect::<Vec<_>>(), [expected]);
}
