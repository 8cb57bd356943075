use std::{
    io::{BufRead as _, BufReader, Write as _},
    net::{TcpListener, TcpStream},
    process::Stdio,
    sync::{Arc, Mutex},
    thread,
    time::{SystemTime, UNIX_EPOCH},
};

use auth_core::test_util::TokenBuilder;
use serde_json::{Value, json};

use crate::support::{Client, SECRET, Server, command, run, wait_until};

/// Nothing listens there.
const CLOSED: &str = "http://127.0.0.1:1/api/auth/revocations";

/// A web app that publishes a signed list of revocations.
struct Issuer {
    url: String,
    entries: Arc<Mutex<Vec<Value>>>,
}

impl Issuer {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/api/auth/revocations", listener.local_addr().unwrap());
        let entries = Arc::new(Mutex::new(Vec::new()));
        let published = entries.clone();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let entries = published.lock().unwrap().clone();
                publish(&connection.unwrap(), entries);
            }
        });
        Self { url, entries }
    }

    fn revoke(&self, entry: Value) {
        self.entries.lock().unwrap().push(entry);
    }
}

/// Answers one request with the list.
fn publish(mut connection: &TcpStream, entries: Vec<Value>) {
    let mut lines = BufReader::new(connection).lines();
    while lines.next().is_some_and(|line| line.is_ok_and(|line| !line.is_empty())) {}
    let list = TokenBuilder::for_user("").without_claim("sub").without_claim("email").header("typ", "revocations+jwt");
    let list = list.issued_at(now()).claim("exp", now() + 300).claim("revocations", entries).secret(SECRET).sign();
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/jwt\r\nConnection: close\r\nContent-Length:";
    let _ = write!(connection, "{head} {}\r\n\r\n{list}", list.len());
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// A client of this user with a token of this session, issued a minute ago.
fn client_in_session(server: &Server, user: &str, session: &str) -> Client {
    let token = TokenBuilder::for_user(user).claim("sid", session).issued_at(now() - 60).secret(SECRET).sign();
    Client { bearer: format!("Bearer {token}"), ..server.client(user) }
}

#[test]
fn tokens_of_an_ended_session_are_refused_while_others_are_accepted() {
    let issuer = Issuer::start();
    let server = Server::spawn(command("sqlite::memory:").env("TODO__AUTH__REVOCATIONS_URL", &issuer.url));
    let ended = client_in_session(&server, "ann", "one");
    let other = client_in_session(&server, "ann", "two");
    let deleted = client_in_session(&server, "bob", "three");
    assert_eq!([ended.list(), other.list(), deleted.list()], [200; 3]);
    issuer.revoke(json!({ "sid": "one", "before": now(), "until": now() + 960 }));
    issuer.revoke(json!({ "sub": "bob", "before": now(), "until": now() + 960 }));
    wait_until("the list is fetched", || ended.list() == 401);
    assert_eq!([deleted.list(), other.list()], [401, 200]);
}

#[test]
fn tokens_of_a_user_whose_data_was_deleted_are_refused_at_once() {
    let issuer = Issuer::start();
    let server = Server::spawn(command("sqlite::memory:").env("TODO__AUTH__REVOCATIONS_URL", &issuer.url));
    let client = client_in_session(&server, "ann", "one");
    assert_eq!(client.create("one", "stored"), Some(201));
    assert_eq!(client.delete_everything(), Some(204));
    assert_eq!((client.create("late", "not stored"), client.list()), (Some(401), 401));
    assert_eq!(client.delete_everything(), Some(204));
    assert_eq!(client_in_session(&server, "bob", "two").list(), 200);
}

#[test]
fn required_list_that_is_missing_is_answered_with_503_and_reported_by_doctor() {
    let with_list = |url: &str, required: &str| {
        let mut command = command("sqlite::memory:");
        command.env("TODO__AUTH__REVOCATIONS_URL", url).env("TODO__AUTH__REVOCATIONS_REQUIRED", required);
        command
    };
    let server = Server::spawn(&mut with_list(CLOSED, "true"));
    assert_eq!(client_in_session(&server, "ann", "one").list(), 503);
    let server = Server::spawn(&mut with_list(CLOSED, "false"));
    assert_eq!(client_in_session(&server, "ann", "one").list(), 200);

    let output = run(with_list(CLOSED, "false").arg("doctor"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(
        !output.status.success() && text.contains("FAIL revocations the list at TODO__AUTH__REVOCATIONS_URL"),
        "{text}"
    );
    let issuer = Issuer::start();
    issuer.revoke(json!({ "sid": "one", "before": now(), "until": now() + 960 }));
    let output = run(with_list(&issuer.url, "true").arg("doctor"));
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && text.contains("ok   revocations the list has 1 entries"), "{text}");
}

#[test]
fn explain_token_names_the_revocation() {
    let issuer = Issuer::start();
    issuer.revoke(json!({ "sid": "one", "before": now(), "until": now() + 960 }));
    let explain = |url: &str, session: &str| {
        let token = TokenBuilder::for_user("ann").claim("sid", session).issued_at(now() - 60).secret(SECRET).sign();
        let mut command = command("sqlite::memory:");
        command.env("TODO__AUTH__REVOCATIONS_URL", url).arg("explain-token");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(token.as_bytes()).unwrap();
        String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap()
    };
    let text = explain(&issuer.url, "one");
    assert!(text.contains("It is rejected: the token is revoked.\nIts session has ended"), "{text}");
    let text = explain(&issuer.url, "two");
    assert!(text.contains("It is accepted") && !text.contains("could not be fetched"), "{text}");
    let text = explain(CLOSED, "one");
    assert!(text.contains("The list of revocations could not be fetched, so it may be revoked"), "{text}");
}
