use std::{
    fs,
    net::TcpListener,
    process::{Command, Output},
};

use tempfile::tempdir;

use crate::support::{Server, command, run, sqlite_in, token_from};

/// One key, from RFC 8037 appendix A.2.
const JWK_SET: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// `{"alg":"EdDSA","kid":"a"}`, no claims, and an arbitrary signature.
const EDDSA_TOKEN: &str = "eyJhbGciOiJFZERTQSIsImtpZCI6ImEifQ.e30.AAAA";

/// The URL of a port on which no process listens.
fn unreachable_url() -> String {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    format!("http://127.0.0.1:{port}/jwks")
}

/// The binary with issuer and audience, which a JWK Set requires.
fn command_with_issuer(database: &str) -> Command {
    let mut command = command(database);
    command.env("TODO__AUTH__ISSUER", "https://todo.test").env("TODO__AUTH__AUDIENCE", "todo-api");
    command
}

/// The Authorization header of a token that the shared secret signs.
fn hs256_bearer() -> String {
    format!("Bearer {}", token_from(command_with_issuer("sqlite::memory:").args(["token", "--sub", "ann"])))
}

#[test]
fn hs256_token_is_accepted_beside_a_jwk_set_only_if_the_secret_is_set() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("jwks.json");
    fs::write(&file, JWK_SET).unwrap();
    for (with_secret, status) in [(true, 201), (false, 401)] {
        let mut command = command_with_issuer("sqlite::memory:");
        command.env("TODO__AUTH__JWKS_FILE", &file);
        if !with_secret {
            command.env_remove("BETTER_AUTH_SECRET");
        }
        let server = Server::spawn(&mut command);
        let mut client = server.client("ann");
        client.bearer = hs256_bearer();
        assert_eq!(client.create("signed with the secret", ""), Some(status));
    }
}

#[test]
fn server_with_an_unreachable_issuer_starts_and_responds_503_to_its_tokens() {
    let mut command = command_with_issuer("sqlite::memory:");
    let server = Server::spawn(command.env("TODO__AUTH__JWKS_URL", unreachable_url()));
    let mut client = server.client("ann");
    client.bearer = format!("Bearer {EDDSA_TOKEN}");
    assert_eq!(client.create("one", ""), Some(503));
    client.bearer = hs256_bearer();
    assert_eq!(client.create("one", ""), Some(201));
}

/// Runs `doctor` and returns exit code, standard output and standard error.
fn doctor(command: &mut Command) -> (Option<i32>, String, String) {
    let Output { status, stdout, stderr } = run(command.arg("doctor"));
    (status.code(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

#[test]
fn doctor_reports_failures_without_side_effects() {
    let directory = tempdir().unwrap();
    let database = sqlite_in(directory.path());
    let (code, stdout, stderr) = doctor(&mut command(&database));
    assert_eq!((code, stderr.as_str()), (Some(0), ""), "{stdout}");
    let subjects: Vec<_> = stdout.lines().map(|line| line.split_whitespace().take(2).collect::<Vec<_>>()).collect();
    assert_eq!(
        subjects,
        [["ok", "settings"], ["ok", "database"], ["ok", "keys"], ["ok", "revocations"], ["ok", "clock"]]
    );
    assert!(stdout.contains("the first start creates it") && stdout.contains("the shared secret"), "{stdout}");
    assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 0);

    assert!(run(command(&database).arg("migrate")).status.success());
    let (code, stdout, _) = doctor(&mut command(&database));
    assert_eq!(code, Some(0));
    assert!(stdout.contains("the schema is up to date"), "{stdout}");

    let (code, stdout, stderr) = doctor(command_with_issuer(&database).env("TODO__AUTH__JWKS_URL", unreachable_url()));
    assert_eq!((code, stderr.as_str()), (Some(1), "todo-server: 2 checks failed\n"), "{stdout}");
    assert!(stdout.contains("FAIL keys") && stdout.contains("TODO__AUTH__JWKS_URL"), "{stdout}");
    assert!(stdout.contains("FAIL clock") && stdout.contains("ok   database"), "{stdout}");
}
