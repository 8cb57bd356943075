use std::{
    io::Write,
    process::{Output, Stdio},
};

use crate::support::{SECRET, command, token};

fn explained(text: &str) -> Output {
    let mut command = command("sqlite::memory:");
    command.arg("explain-token").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

#[test]
fn a_good_token_is_said_to_be_one() {
    let output = explained(&format!("Bearer {}\n", token("ann")));
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("accepted, for the user \"ann\""));
}

#[test]
fn a_bad_token_is_told_its_kind_its_fault_and_the_mend() {
    let (good, bobs) = (token("ann"), token("bob"));
    let forged = format!("{}.{}", good.rsplit_once('.').unwrap().0, bobs.rsplit_once('.').unwrap().1);
    for (text, said) in [
        (forged.as_str(), "BETTER_AUTH_SECRET"),
        ("iN4T4ZhcI0MJo7EIykO5HeEhzbgSX8Us", "opaque Better Auth session token"),
        ("", "no token"),
        ("\u{1b}[31m", "no token"),
    ] {
        let output = explained(text);
        let shown = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{shown}");
        assert!(shown.contains(said) && shown.contains("refused"), "{shown}");
        let signature = forged.rsplit('.').next().unwrap();
        assert!(!shown.contains(SECRET) && !shown.contains(signature) && !shown.contains('\u{1b}'), "{shown}");
    }
}
