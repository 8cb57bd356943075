//! Wycheproof's files on the signatures themselves, through keys that were read as JWKs.

use serde_json::Value;

use super::{tests, vectors};
use crate::jws::PublicKey;
use crate::keys::jwk_set::error::Unusable;
use crate::keys::jwk_set::jwk;

fn hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap_or_default();
    (0..text.len() / 2).filter_map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).ok()).collect()
}

/// The key of a group, and how many of these tests there are.
fn judge(file: &str, at_least: usize) {
    let Some(vectors) = vectors(&format!("wycheproof/{file}_test.json")) else { return };
    let mut judged = 0;
    for (group, test) in tests(&vectors) {
        let jwk = [&group["publicKeyJwk"], &group["keyJwk"]].into_iter().find(|jwk| jwk.is_object());
        let Some(jwk) = jwk else { continue };
        let about = format!("{file} {}: {}", test["tcId"], test["comment"]);
        match jwk::read(jwk) {
            Ok(key) => assert_eq!(accepts(&key, test), test["result"] == "valid", "{about}"),
            // Wycheproof tries some keys that no issuer has: their signatures are good for nothing.
            Err(reason) => assert!(matches!(reason, Unusable::WeakPoint | Unusable::Algorithm), "{about}: {reason}"),
        }
        judged += 1;
    }
    eprintln!("{file}: {judged} labels met");
    assert!(judged >= at_least, "{file}: {judged}");
}

fn accepts(key: &PublicKey, test: &Value) -> bool {
    key.verifies(&hex(&test["msg"]), &hex(&test["sig"]))
}

#[test]
fn es256_signatures_are_judged_as_labelled() {
    judge("ecdsa_secp256r1_sha256_p1363", 200);
}

#[test]
fn es512_signatures_are_judged_as_labelled() {
    judge("ecdsa_secp521r1_sha512_p1363", 200);
}

#[test]
fn ed25519_signatures_are_judged_as_labelled() {
    judge("ed25519", 150);
}

#[test]
fn rs256_signatures_are_judged_as_labelled() {
    judge("rsa_signature_2048_sha256", 80);
}

#[test]
fn ps256_signatures_are_judged_as_labelled() {
    judge("rsa_pss_2048_sha256_mgf1_32", 100);
}
