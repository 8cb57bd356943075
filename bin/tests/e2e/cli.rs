use std::{
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use auth_core::SignError;

use crate::support::{Server, command, run, run_and_expect_one_error_line, token, token_from};

#[test]
fn issued_token_grants_access_to_own_tasks_only() {
    let server = Server::start("sqlite::memory:");
    let ann = server.client("ann");
    assert_eq!(ann.create("one", ""), Some(201));
    let mut bob = server.client("bob");
    assert_eq!(bob.titles(), Vec::<String>::new());
    bob.bearer = ann.bearer;
    assert_eq!(bob.create("two", ""), Some(403));
    assert_eq!(token("ann").split('.').count(), 3);
}

#[test]
fn issued_token_has_the_configured_issuer_and_audience() {
    let mut strict = command("sqlite::memory:");
    strict.env("TODO__AUTH__ISSUER", "https://todo.test").env("TODO__AUTH__AUDIENCE", "todo-api");
    let server = Server::spawn(&mut strict);
    let mut client = server.client("ann");
    assert_eq!(client.create("one", ""), Some(401), "a token without issuer and audience");
    strict.args(["token", "--sub", "ann", "--email", "ann@todo.test", "--ttl", "60"]);
    client.bearer = format!("Bearer {}", token_from(&mut strict));
    assert_eq!(client.create("one", ""), Some(201));
}

#[test]
fn all_listed_secrets_verify_and_the_newest_signs() {
    let newest = "new".repeat(5) + "0123456789abcdefghij";
    let secrets = format!("2:{newest},1:{}", "old".repeat(5) + "0123456789abcdefghij");
    let mut rotating = command("sqlite::memory:");
    rotating.env("BETTER_AUTH_SECRETS", secrets);
    let rotated = Server::spawn(&mut rotating);
    assert_eq!(rotated.client("ann").create("signed with BETTER_AUTH_SECRET", ""), Some(201));

    let token = token_from(rotating.args(["token", "--sub", "ann"]));
    for server in [rotated, Server::spawn(command("sqlite::memory:").env("BETTER_AUTH_SECRET", &newest))] {
        let mut client = server.client("ann");
        client.bearer = format!("Bearer {token}");
        assert_eq!(client.create("signed with version 2", ""), Some(201));
    }
}

#[test]
fn invalid_token_arguments_are_rejected_with_the_reason() {
    for subject in ["", "an\nn", &"a".repeat(256)] {
        let (code, line) = run_and_expect_one_error_line(command("sqlite::memory:").args(["token", "--sub", subject]));
        assert_eq!(code, Some(1), "{line}");
        assert_eq!(line, format!("todo-server: cannot issue a token: {}", SignError::InvalidSubject));
    }
    for ttl in ["0", "31536001", "soon"] {
        let output = run(command("sqlite::memory:").args(["token", "--sub", "ann", "--ttl", ttl]));
        assert_eq!(output.status.code(), Some(2));
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert!(stderr.contains(&format!("invalid value '{ttl}' for '--ttl <TTL>'")), "{stderr}");
    }
}

#[test]
fn healthcheck_succeeds_only_if_the_server_is_ready() {
    let server = Server::start("sqlite::memory:");
    for host in ["127.0.0.1", "0.0.0.0", "localhost"] {
        let output = run(command("sqlite::memory:").env("HOST", host).env("PORT", server.port()).arg("healthcheck"));
        assert!(output.status.success(), "{host}: {output:?}");
    }

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let unready = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut head = [0; 1024];
        let length = stream.read(&mut head).unwrap();
        stream.write_all(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n").unwrap();
        String::from_utf8_lossy(&head[..length]).into_owned()
    });
    let (code, line) = run_and_expect_one_error_line(command("sqlite::memory:").env("PORT", &port).arg("healthcheck"));
    assert_eq!(code, Some(1));
    assert!(line.contains("is not ready") && line.contains("503"), "{line}");
    assert!(unready.join().unwrap().starts_with("GET /readyz HTTP/1.1\r\n"));

    // The listener is closed, so the connection is refused.
    let (code, line) = run_and_expect_one_error_line(command("sqlite::memory:").env("PORT", &port).arg("healthcheck"));
    assert_eq!(code, Some(1));
    assert!(line.contains("no response from") && line.contains(&port), "{line}");
}

#[test]
fn openapi_is_printed_without_any_setting() {
    let output = run(command("").env_remove("BETTER_AUTH_SECRET").arg("openapi"));
    assert!(output.status.success());
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(document["openapi"].is_string());
    assert!(document["paths"]["/api/{user_id}/tasks"]["post"].is_object(), "{document}");
}
