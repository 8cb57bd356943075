//! Wycheproof's JWS, JWK and JOSE files: every label, except those that a strict verifier must not follow (`DEVIATIONS`).

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{elements, read_vectors, tests, verify};
use crate::jws::HmacKey;
use crate::{JwkSet, SharedSecret, VerificationKeys};

/// The algorithms that this crate shares with Wycheproof. Valid tokens of others are rejected here.
const SUPPORTED: [&str; 5] = ["HS256", "RS256", "PS256", "ES256", "ES512"];

/// The tests of `json_web_signature` whose label is not followed, with the reason.
const DEVIATIONS: [(u64, &str); 8] = [
    (346, "labelled valid: the key is for PS256, the header has PS384; a key verifies one algorithm (RFC 8725 §3.1)"),
    (350, "as 346, with key_ops"),
    (347, "labelled valid: the key is for ES521, which does not exist; the header has ES512"),
    (351, "as 347, with key_ops"),
    (367, "labelled invalid: the token is that of 357, which is valid; the padding of the comment is not in it"),
    (370, "as 367"),
    (372, "labelled valid: a question mark in the header is not base64url (RFC 7515 §2)"),
    (373, "labelled valid: a question mark in the payload is not base64url"),
];

#[test]
fn wycheproof_jose_vectors_have_the_labelled_result_except_known_deviations() {
    let (mut as_labelled, mut deviating) = (0, 0);
    for name in ["json_web_signature", "json_web_key", "json_web_crypto"] {
        let file = read_vectors(name);
        for (group, test) in tests(&file).filter(|(_, test)| !test["jws"].is_null()) {
            let is_accepted = match (&test["jws"], group_keys(group)) {
                (Value::String(token), Some(keys)) => verify(&keys, token).is_ok(),
                // The JSON serialization is not accepted, and without a usable key nothing is.
                _ => false,
            };
            let is_valid = test["result"] == "valid";
            let about = format!("{name} {}: {}", test["tcId"], test["comment"]);
            if name == "json_web_signature" && DEVIATIONS.iter().any(|&(id, _)| test["tcId"] == id) {
                assert_ne!(is_accepted, is_valid, "{about} is listed as a deviation");
                deviating += 1;
            } else if is_valid && !SUPPORTED.contains(&algorithm(&test["jws"]).as_str()) {
                assert!(!is_accepted, "{about}");
            } else {
                assert_eq!(is_accepted, is_valid, "{about}");
                as_labelled += 1;
            }
        }
    }
    assert_eq!(deviating, DEVIATIONS.len());
    assert!(as_labelled > 400, "{as_labelled}");
}

/// The keys of a group: symmetric ones as secrets, all others and mixtures as a JWK Set.
fn group_keys(group: &Value) -> Option<VerificationKeys> {
    let keys = if group["public"].is_null() { &group["private"] } else { &group["public"] };
    let jwks: Vec<&Value> = if keys["keys"].is_null() { vec![keys] } else { elements(&keys["keys"]).collect() };
    if jwks.iter().all(|jwk| jwk["kty"] == "oct") {
        return symmetric_keys(&jwks);
    }
    let public: Vec<Value> = jwks.into_iter().map(|jwk| without_private_members(jwk, group)).collect();
    Some(JwkSet::parse(&json!({ "keys": public }).to_string()).ok()?.into())
}

/// Shared secrets have no key id, so a duplicate `kid` looks like a rotation: that one group has no keys here.
fn symmetric_keys(jwks: &[&Value]) -> Option<VerificationKeys> {
    let kids: BTreeSet<_> = jwks.iter().map(|jwk| jwk["kid"].to_string()).collect();
    let hmac_key = |jwk: &&Value| {
        let key = URL_SAFE_NO_PAD.decode(jwk["k"].as_str()?).ok()?;
        (jwk["alg"] == "HS256" && key.len() >= SharedSecret::MIN_BYTES).then(|| HmacKey::from_bytes(&key))
    };
    let keys: Option<Vec<_>> = jwks.iter().map(hmac_key).collect();
    (kids.len() == jwks.len()).then_some(())?;
    Some(keys?.into())
}

/// Some groups have the private key only.
fn without_private_members(jwk: &Value, group: &Value) -> Value {
    let mut jwk: Map<String, Value> = jwk.as_object().cloned().unwrap_or_default();
    if group["public"].is_null() {
        jwk.retain(|name, _| !["d", "p", "q", "dp", "dq", "qi"].contains(&name.as_str()));
    }
    jwk.into()
}

fn algorithm(token: &Value) -> String {
    let header = token.as_str().and_then(|token| token.split('.').next()).unwrap_or_default();
    let header: Value = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).unwrap_or_default()).unwrap_or_default();
    header["alg"].as_str().unwrap_or_default().to_owned()
}
