use std::{
    io::Write,
    process::{Command, Output, Stdio},
};

use auth_core::{VerifyError, explain::TokenKind};

use crate::support::{SECRET, command, token};

fn explain(command: &mut Command, input: &str) -> Output {
    command.arg("explain-token").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn valid_token_is_described_and_accepted() {
    let output = explain(&mut command("sqlite::memory:"), &format!("Bearer {}\n", token("ann")));
    assert_eq!(output.status.code(), Some(0));
    let stdout = String::from_utf8(output.stdout).unwrap();
    let lines: Vec<&str> = stdout.lines().collect();
    assert_eq!(lines[0], format!("This is {}.", TokenKind::AccessToken));
    for expected in [r#"  alg  "HS256""#, r#"  sub  "ann""#] {
        assert!(lines.contains(&expected), "{stdout}");
    }
    assert!(lines.iter().any(|line| line.starts_with("  iat  20") && line.ends_with("s ago)")), "{stdout}");
    assert!(lines.iter().any(|line| line.starts_with("  exp  20") && line.contains("(in ")), "{stdout}");
    assert_eq!(lines.last(), Some(&r#"It is accepted, for the user "ann"."#));
    assert!(output.stderr.is_empty());
}

#[test]
fn rejected_token_is_described_with_kind_error_and_hint() {
    let valid = token("ann");
    let (signing_input, _) = valid.rsplit_once('.').unwrap();
    let foreign = token("bob");
    let (_, signature) = foreign.rsplit_once('.').unwrap();
    let forged = format!("{signing_input}.{signature}");
    let session_token = "iN4T4ZhcI0MJo7EIykO5HeEhzbgSX8Us";
    let unmodified = "exactly as the web app issues it";
    let issuer = [("TODO__AUTH__ISSUER", "https://todo.test")];
    for (environment, input, kind, error, hint) in [
        (&[][..], forged.as_str(), TokenKind::AccessToken, VerifyError::InvalidSignature, "BETTER_AUTH_SECRET"),
        (&issuer, &valid, TokenKind::AccessToken, VerifyError::InvalidIssuer, "TODO__AUTH__ISSUER"),
        (&[], session_token, TokenKind::SessionToken, VerifyError::NotCompactJws, unmodified),
        (&[], "", TokenKind::Unknown, VerifyError::NotCompactJws, unmodified),
        (&[], "\u{1b}[31m", TokenKind::Unknown, VerifyError::NotCompactJws, unmodified),
    ] {
        let output = explain(command("sqlite::memory:").envs(environment.iter().copied()), input);
        let stdout = String::from_utf8(output.stdout).unwrap();
        let stderr = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{stdout}{stderr}");
        let lines: Vec<&str> = stdout.lines().collect();
        assert_eq!(lines[0], format!("This is {kind}."));
        let [.., rejection, last] = lines[..] else { panic!("{stdout}") };
        assert_eq!(rejection, format!("It is rejected: {error}."));
        assert!(last.contains(hint), "{stdout}");
        assert_eq!(stderr, format!("todo-server: token rejected: {error}\n"));
        assert!(!stdout.contains(SECRET) && !stdout.contains(signature) && !stdout.contains('\u{1b}'), "{stdout}");
    }
}
