use std::{fs, net::TcpListener};

use tempfile::tempdir;

use crate::support::{Server, command, failure, run, sqlite_in};

/// One key, from RFC 8037 appendix A.2.
const JWK_SET: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// `{"alg":"EdDSA","kid":"a"}`, no claims, no signature to speak of.
const EDDSA_TOKEN: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ.e30.AAAA";

fn nobody_listens() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/jwks")
}

/// Settings with an issuer and an audience, as a JWK Set needs them.
fn with_issuer(database: &str) -> std::process::Command {
    let mut command = command(database);
    command.env("TODO__AUTH__ISSUER", "https://todo.test").env("TODO__AUTH__AUDIENCE", "todo-api");
    command
}

#[test]
fn a_bad_jwk_set_stops_the_start_and_is_named_with_its_mend() {
    let folder = tempdir().unwrap();
    let (good, bad) = (folder.path().join("good.json"), folder.path().join("bad.json"));
    fs::write(&good, JWK_SET).unwrap();
    fs::write(&bad, r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#).unwrap();
    for (variable, value) in [
        ("TODO__AUTH__JWKS_FILE", bad.display().to_string()),
        ("TODO__AUTH__JWKS_FILE", "/nowhere.json".to_owned()),
        ("TODO__AUTH__JWKS_URL", "http://issuer.test/jwks".to_owned()),
        ("TODO__AUTH__JWKS_URL", "file:///etc/passwd".to_owned()),
        ("TODO__AUTH__JWKS_STALE_SECONDS", "5".to_owned()),
    ] {
        let (code, line) = failure(with_issuer("sqlite::memory:").env(variable, &value));
        assert_eq!(code, Some(2), "{line}");
        assert!(line.contains(variable), "{line}");
    }
    let (code, line) = failure(command("sqlite::memory:").env("TODO__AUTH__JWKS_FILE", &good));
    assert_eq!(code, Some(2), "{line}");
    assert!(line.contains("TODO__AUTH__ISSUER") && line.contains("must be set"), "{line}");
}

#[test]
fn a_jwk_set_and_a_secret_may_stand_side_by_side_or_alone() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("jwks.json");
    fs::write(&file, JWK_SET).unwrap();
    let mut both = with_issuer("sqlite::memory:");
    let server = Server::spawn(both.env("TODO__AUTH__JWKS_FILE", &file));
    let mut client = server.client("ann");
    let minted = run(with_issuer("").env("DATABASE_URL", "sqlite::memory:").args(["token", "--sub", "ann"]));
    client.bearer = format!("Bearer {}", String::from_utf8(minted.stdout).unwrap().trim());
    assert_eq!(client.add("signed with the secret", ""), Some(201));

    let mut alone = with_issuer("sqlite::memory:");
    let server = Server::spawn(alone.env_remove("BETTER_AUTH_SECRET").env("TODO__AUTH__JWKS_FILE", &file));
    let mut stranger = server.client("ann");
    stranger.bearer = client.bearer;
    assert_eq!(stranger.add("the secret is worth nothing here", ""), Some(401));
}

#[test]
fn while_its_issuer_was_never_reached_the_server_runs_and_says_so() {
    let mut command = with_issuer("sqlite::memory:");
    let server = Server::spawn(command.env("TODO__AUTH__JWKS_URL", nobody_listens()));
    let mut client = server.client("ann");
    client.bearer = format!("Bearer {EDDSA_TOKEN}");
    assert_eq!(client.add("one", ""), Some(503));
}

#[test]
fn the_doctor_finds_what_is_ill_and_changes_nothing() {
    let folder = tempdir().unwrap();
    let database = sqlite_in(folder.path());
    let well = run(command(&database).arg("doctor"));
    let said = String::from_utf8_lossy(&well.stdout).into_owned();
    assert!(well.status.success() && said.contains("the first start makes it"), "{said}");
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    assert!(run(command(&database).arg("migrate")).status.success());
    let said = String::from_utf8(run(command(&database).arg("doctor")).stdout).unwrap();
    assert!(said.contains("its schema is up to date"), "{said}");

    let ill = run(with_issuer(&database).env("TODO__AUTH__JWKS_URL", nobody_listens()).arg("doctor"));
    let said = String::from_utf8_lossy(&ill.stdout).into_owned();
    assert_eq!(ill.status.code(), Some(1), "{said}");
    assert!(said.contains("BAD  keys") && said.contains("TODO__AUTH__JWKS_URL"), "{said}");
}
