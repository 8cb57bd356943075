//! Wycheproof's signature files, with keys that are parsed as JWKs.

use serde_json::Value;

use super::{read_vectors, tests};
use crate::jws::PublicKey;
use crate::keys::jwk_set::error::JwkError;
use crate::keys::jwk_set::jwk;

fn decode_hex(text: &Value) -> Vec<u8> {
    let text = text.as_str().unwrap();
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}

/// Requires the labelled result for each test of a file, and at least `min_tests` of them.
fn assert_labelled_results(file: &str, min_tests: usize) {
    let vectors = read_vectors(file);
    let mut count = 0;
    for (group, test) in tests(&vectors) {
        let jwk = [&group["publicKeyJwk"], &group["keyJwk"]].into_iter().find(|jwk| jwk.is_object());
        let Some(jwk) = jwk else { continue };
        let name = format!("{file} {}: {}", test["tcId"], test["comment"]);
        match jwk::parse(jwk) {
            Ok(key) => assert_eq!(is_valid(&key, test), test["result"] == "valid", "{name}"),
            // Some tests have keys that no issuer uses; no signature is valid for them.
            Err(error) => {
                assert!(matches!(error, JwkError::SmallOrderPoint | JwkError::InvalidAlgorithm), "{name}: {error}");
            }
        }
        count += 1;
    }
    assert!(count >= min_tests, "{file}: {count} tests");
}

fn is_valid(key: &PublicKey, test: &Value) -> bool {
    key.verify(&decode_hex(&test["msg"]), &decode_hex(&test["sig"]))
}

#[test]
fn wycheproof_es256_signatures_have_the_labelled_result() {
    assert_labelled_results("ecdsa_secp256r1_sha256_p1363", 200);
}

#[test]
fn wycheproof_es512_signatures_have_the_labelled_result() {
    assert_labelled_results("ecdsa_secp521r1_sha512_p1363", 200);
}

#[test]
fn wycheproof_ed25519_signatures_have_the_labelled_result() {
    assert_labelled_results("ed25519", 150);
}

#[test]
fn wycheproof_rs256_signatures_have_the_labelled_result() {
    assert_labelled_results("rsa_signature_2048_sha256", 80);
}

#[test]
fn wycheproof_ps256_signatures_have_the_labelled_result() {
    assert_labelled_results("rsa_pss_2048_sha256_mgf1_32", 100);
}
