use std::net::TcpListener;

use crate::support::{Server, command, failure, run, token};

#[test]
fn a_minted_token_opens_its_own_door_only() {
    let server = Server::start("sqlite::memory:");
    assert_eq!(server.client("ann").add("one", ""), Some(201));
    assert_eq!(server.client("bob").titles(), Vec::<String>::new());
    assert_eq!(token("ann").split('.').count(), 3);
}

#[test]
fn a_minted_token_carries_the_configured_issuer_and_audience() {
    let mut strict = command("sqlite::memory:");
    strict.env("TODO__AUTH__ISSUER", "https://todo.test").env("TODO__AUTH__AUDIENCE", "todo-api");
    let server = Server::spawn(&mut strict);
    let mut client = server.client("ann");
    assert_eq!(client.add("one", ""), Some(401), "a token without issuer and audience");
    let mut minting = command("sqlite::memory:");
    minting.env("TODO__AUTH__ISSUER", "https://todo.test").env("TODO__AUTH__AUDIENCE", "todo-api");
    let minted = run(minting.args(["token", "--sub", "ann", "--email", "ann@todo.test", "--ttl", "60"]));
    client.bearer = format!("Bearer {}", String::from_utf8(minted.stdout).unwrap().trim());
    assert_eq!(client.add("one", ""), Some(201));
}

#[test]
fn all_listed_secrets_verify_and_the_newest_mints() {
    let mut rotating = command("sqlite::memory:");
    rotating.env(
        "BETTER_AUTH_SECRETS",
        format!("2:{},1:{}", "new".repeat(5) + "0123456789abcdefghij", "old".repeat(5) + "0123456789abcdefghij"),
    );
    let server = Server::spawn(&mut rotating);
    assert_eq!(server.client("ann").add("signed with BETTER_AUTH_SECRET", ""), Some(201));
    let mut client = server.client("ann");
    client.bearer =
        format!("Bearer {}", String::from_utf8(run(rotating.args(["token", "--sub", "ann"])).stdout).unwrap().trim());
    assert_eq!(client.add("signed with version 2", ""), Some(201));
}

#[test]
fn a_subject_that_no_token_may_carry_is_refused() {
    let (code, line) = failure(command("sqlite::memory:").args(["token", "--sub", ""]));
    assert_eq!(code, Some(1), "{line}");
    assert_eq!(run(command("sqlite::memory:").args(["token", "--sub", "ann", "--ttl", "0"])).status.code(), Some(2));
}

#[test]
fn healthcheck_tells_a_ready_server_from_none() {
    let server = Server::start("sqlite::memory:");
    let port = server.address().rsplit_once(':').unwrap().1.to_owned();
    for host in ["127.0.0.1", "0.0.0.0", "localhost"] {
        let healthy = run(command("sqlite::memory:").env("HOST", host).env("PORT", &port).arg("healthcheck"));
        assert!(healthy.status.success(), "{host}: {healthy:?}");
    }
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port().to_string();
    let (code, line) = failure(command("sqlite::memory:").env("PORT", free).arg("healthcheck"));
    assert_eq!(code, Some(1));
    assert!(line.contains("nothing answers"), "{line}");
}

#[test]
fn the_document_is_printed_without_any_setting() {
    let output = run(command("").env_remove("BETTER_AUTH_SECRET").arg("openapi"));
    assert!(output.status.success());
    assert!(serde_json::from_slice::<serde_json::Value>(&output.stdout).unwrap()["openapi"].is_string());
}
