//! The examples of the RFCs.

use serde_json::{Value, json};

use super::{elements, verify};
use crate::{JwkSet, VerificationKeys, VerifyError};

fn examples() -> Value {
    serde_json::from_str(include_str!("../../../../tests/vectors/rfc-public-keys.json")).unwrap()
}

fn keys(jwk: &Value) -> VerificationKeys {
    JwkSet::parse(&json!({ "keys": [jwk] }).to_string()).unwrap().into()
}

#[test]
fn rfc_examples_verify_with_their_own_key_only() {
    let examples = examples();
    let examples: Vec<_> = elements(&examples["examples"]).collect();
    for example in &examples {
        let token = example["jws"].as_str().unwrap();
        let result = verify(&keys(&example["jwk"]), token);
        let error = result.err().map(|error| format!("{error:?}"));
        assert_eq!(error.as_deref(), example["error"].as_str(), "{}", example["name"]);
        for other in examples
            .iter()
            .filter(|other| other["jwk"]["n"] != example["jwk"]["n"] || other["jwk"]["x"] != example["jwk"]["x"])
        {
            assert!(verify(&keys(&other["jwk"]), token).is_err(), "{} with {}", example["name"], other["name"]);
        }
    }
    assert_eq!(examples.len(), 7);
}

#[test]
fn changed_rfc_example_is_rejected() {
    for example in elements(&examples()["examples"]) {
        let keys = keys(&example["jwk"]);
        let token = example["jws"].as_str().unwrap();
        let (signing_input, signature) = token.rsplit_once('.').unwrap();
        let (header, payload) = signing_input.split_once('.').unwrap();
        for changed in [
            format!("{signing_input}."),
            format!("{header}..{signature}"),
            format!("{header}.{payload}AAAA.{signature}"),
            format!("{header}.{payload}.{}", signature.chars().rev().collect::<String>()),
        ] {
            assert!(verify(&keys, &changed).is_err(), "{}", example["name"]);
        }
    }
}

/// RFC 7515 A.5, with each of the keys.
#[test]
fn unsecured_token_is_rejected_with_every_key() {
    let token = "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
    for example in elements(&examples()["examples"]) {
        assert_eq!(verify(&keys(&example["jwk"]), token), Err(VerifyError::InvalidAlgorithm));
    }
}
