//! Wycheproof's JWS, JWK and JOSE files: every label, but those that a strict verifier must not follow.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Map, Value, json};

use super::{array, tests, vectors, verdict};
use crate::jws::Hs256Key;
use crate::{JwkSet, Keys, SharedSecret, VerificationKeys};

/// What the contract knows. Wycheproof's good tokens of other algorithms are good, and not for us.
const KNOWN: [&str; 5] = ["HS256", "RS256", "PS256", "ES256", "ES512"];

#[test]
fn every_label_but_the_known_deviations_is_met() {
    let Some(known) = vectors("KNOWN_DEVIATIONS.json") else { return };
    let deviations: BTreeSet<_> =
        array(&known["deviations"]).map(|one| (one["file"].to_string(), one["tcId"].as_u64())).collect();
    let (mut judged, mut deviated, mut foreign) = (0, 0, 0);
    for name in ["json_web_signature", "json_web_key", "json_web_crypto"] {
        let Some(file) = vectors(&format!("wycheproof/{name}_test.json")) else { return };
        for (group, test) in tests(&file).filter(|(_, test)| !test["jws"].is_null()) {
            let accepted = match (&test["jws"], keys(group)) {
                (Value::String(token), Some(keys)) => verdict(&keys, token).is_ok(),
                // The JSON serialization is no token, and without a usable key nothing is one.
                _ => false,
            };
            let labelled = test["result"] == "valid";
            let about = format!("{name} {}: {}", test["tcId"], test["comment"]);
            if deviations.contains(&(format!("\"{name}\""), test["tcId"].as_u64())) {
                assert_ne!(accepted, labelled, "{about} is listed as a deviation");
                deviated += 1;
            } else if labelled && !KNOWN.contains(&algorithm(&test["jws"]).as_str()) {
                assert!(!accepted, "{about}");
                foreign += 1;
            } else {
                assert_eq!(accepted, labelled, "{about}");
                judged += 1;
            }
        }
    }
    eprintln!("{judged} labels met, {deviated} known deviations, {foreign} of other algorithms refused");
    assert_eq!(deviated, deviations.len());
    assert!(judged > 400);
}

/// A group's key or keys: symmetric ones as secrets, all others, also a mixture, as a set.
fn keys(group: &Value) -> Option<VerificationKeys> {
    let given = if group["public"].is_null() { &group["private"] } else { &group["public"] };
    let jwks: Vec<&Value> = if given["keys"].is_null() { vec![given] } else { array(&given["keys"]).collect() };
    if jwks.iter().all(|jwk| jwk["kty"] == "oct") {
        return secrets(&jwks);
    }
    let public: Vec<Value> = jwks.into_iter().map(|jwk| without_private_parts(jwk, group)).collect();
    Some(JwkSet::parse(&json!({ "keys": public }).to_string()).ok()?.into())
}

/// Secrets have no names, so two keys of one name cannot be told from a change-over: that one group is refused here.
fn secrets(jwks: &[&Value]) -> Option<VerificationKeys> {
    let names: BTreeSet<_> = jwks.iter().map(|jwk| jwk["kid"].to_string()).collect();
    let bytes = |jwk: &&Value| {
        let key = URL_SAFE_NO_PAD.decode(jwk["k"].as_str()?).ok()?;
        (jwk["alg"] == "HS256" && key.len() >= SharedSecret::MIN_BYTES).then(|| Hs256Key::of_bytes(&key))
    };
    let keys: Option<Vec<_>> = jwks.iter().map(bytes).collect();
    (names.len() == jwks.len()).then_some(())?;
    Some(Keys::of(keys?).into())
}

/// Some groups give the private key alone.
fn without_private_parts(jwk: &Value, group: &Value) -> Value {
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
