//! The examples of the RFCs.

use serde_json::{Value, json};

use super::{array, verdict};
use crate::{JwkSet, VerificationKeys, VerifyError};

fn examples() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/rfc-public-keys.json")).unwrap_or_default()
}

fn keys(jwk: &Value) -> VerificationKeys {
    let set = JwkSet::parse(&json!({ "keys": [jwk] }).to_string());
    set.unwrap_or_else(|problem| unreachable!("{problem}")).into()
}

#[test]
fn the_examples_of_the_rfcs_verify_with_their_own_key_only() {
    let examples = examples();
    let examples: Vec<_> = array(&examples["examples"]).collect();
    for example in &examples {
        let token = example["jws"].as_str().unwrap();
        let answer = verdict(&keys(&example["jwk"]), token);
        let why = answer.err().map(|why| format!("{why:?}"));
        assert_eq!(why.as_deref(), example["why"].as_str(), "{}", example["name"]);
        for other in examples
            .iter()
            .filter(|other| other["jwk"]["n"] != example["jwk"]["n"] || other["jwk"]["x"] != example["jwk"]["x"])
        {
            assert!(verdict(&keys(&other["jwk"]), token).is_err(), "{} with {}", example["name"], other["name"]);
        }
    }
    assert_eq!(examples.len(), 7);
}

#[test]
fn no_example_verifies_after_a_change() {
    for example in array(&examples()["examples"]) {
        let keys = keys(&example["jwk"]);
        let token = example["jws"].as_str().unwrap();
        let (signing_input, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = signing_input.split_once('.').unwrap();
        for bent in [
            format!("{signing_input}."),
            format!("{header}..{signature}"),
            format!("{header}.{payload}AAAA.{signature}"),
            format!("{header}.{payload}.{}", signature.chars().rev().collect::<String>()),
        ] {
            assert!(verdict(&keys, &bent).is_err(), "{}", example["name"]);
        }
    }
}

/// RFC 7515 A.5, with each of the keys.
#[test]
fn an_unsecured_token_never_verifies() {
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    for example in array(&examples()["examples"]) {
        assert_eq!(verdict(&keys(&example["jwk"]), token), Err(VerifyError::InvalidAlgorithm));
    }
}
