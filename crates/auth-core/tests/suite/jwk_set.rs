//! Which keys of a JWK Set are usable, and for which algorithm.

use auth_core::test_util::{SigningKey, TestIssuer};
use auth_core::{Algorithm, ConfigError, JwkSet};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::log::capture_log;
use crate::support::rsa_key;

fn parse(keys: &[Value]) -> Result<JwkSet, ConfigError> {
    JwkSet::parse(&json!({ "keys": keys }).to_string())
}

fn key(algorithm: Algorithm) -> Value {
    SigningKey::generate(algorithm, "k").jwk()
}

/// The algorithm of the key in a set of this key only, or `None` if it is left out.
fn usable_algorithm(jwk: &Value) -> Option<Algorithm> {
    parse(std::slice::from_ref(jwk)).ok().and_then(|set| set.key_ids().next().map(|(_, algorithm)| algorithm))
}

fn with(jwk: &Value, name: &str, value: impl Into<Value>) -> Value {
    let mut jwk = jwk.clone();
    jwk[name] = value.into();
    jwk
}

fn without(jwk: &Value, name: &str) -> Value {
    let mut jwk = jwk.clone();
    if let Some(members) = jwk.as_object_mut() {
        members.remove(name);
    }
    jwk
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[test]
fn better_auth_keys_are_usable() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es512] {
        assert_eq!(usable_algorithm(&key(algorithm)), Some(algorithm));
    }
    assert_eq!(usable_algorithm(&rsa_key().jwk()), Some(Algorithm::Rs256));
    assert_eq!(usable_algorithm(&rsa_key().with_alg_and_kid(Algorithm::Ps256, "k").jwk()), Some(Algorithm::Ps256));
}

#[test]
fn key_without_alg_has_the_default_of_its_type() {
    for (jwk, algorithm) in [
        (key(Algorithm::Ed25519), Algorithm::EdDsa),
        (key(Algorithm::Es256), Algorithm::Es256),
        (key(Algorithm::Es512), Algorithm::Es512),
        (rsa_key().jwk(), Algorithm::Rs256),
    ] {
        assert_eq!(usable_algorithm(&without(&jwk, "alg")), Some(algorithm));
    }
}

#[test]
fn key_with_unsuitable_alg_is_left_out() {
    let keys = [key(Algorithm::EdDsa), key(Algorithm::Es256), key(Algorithm::Es512), rsa_key().jwk()];
    let unsupported =
        ["HS256", "none", "RS384", "RS512", "PS384", "PS512", "ES384", "ES521", "ES256K", "RSA-OAEP", "", "es256"];
    for jwk in &keys {
        for alg in unsupported {
            assert_eq!(usable_algorithm(&with(jwk, "alg", alg)), None, "{alg}");
        }
        for alg in [json!(null), json!(1), json!(["ES256"])] {
            assert_eq!(usable_algorithm(&with(jwk, "alg", alg)), None);
        }
    }
    for (jwk, alg) in
        [(&keys[0], "ES256"), (&keys[1], "EdDSA"), (&keys[1], "ES512"), (&keys[2], "ES256"), (&keys[3], "ES256")]
    {
        assert_eq!(usable_algorithm(&with(jwk, "alg", alg)), None, "{alg}");
    }
}

#[test]
fn key_that_is_not_for_verification_is_left_out() {
    let jwk = key(Algorithm::Es256);
    assert!(usable_algorithm(&with(&jwk, "use", "sig")).is_some());
    assert!(usable_algorithm(&with(&jwk, "key_ops", json!(["verify"]))).is_some());
    assert!(usable_algorithm(&with(&jwk, "key_ops", json!(["sign", "verify"]))).is_some());
    for purpose in [json!("enc"), json!(""), json!("SIG"), json!(null), json!(["sig"])] {
        assert_eq!(usable_algorithm(&with(&jwk, "use", purpose.clone())), None, "{purpose}");
    }
    for ops in [json!(["encrypt"]), json!(["sign"]), json!([]), json!("verify"), json!(null), json!([["verify"]])] {
        assert_eq!(usable_algorithm(&with(&jwk, "key_ops", ops.clone())), None, "{ops}");
    }
}

#[test]
fn key_of_unsupported_type_or_curve_is_left_out() {
    let jwk = key(Algorithm::Es256);
    for kty in [json!("AKP"), json!("ec"), json!("oct"), json!("OKP"), json!("RSA"), json!(null), json!(1)] {
        assert_eq!(usable_algorithm(&with(&jwk, "kty", kty.clone())), None, "{kty}");
    }
    for crv in [json!("P-384"), json!("secp256k1"), json!("p-256"), json!("Ed25519"), json!(null)] {
        assert_eq!(usable_algorithm(&with(&without(&jwk, "alg"), "crv", crv.clone())), None, "{crv}");
    }
    for crv in ["Ed448", "X25519", "P-256"] {
        assert_eq!(usable_algorithm(&with(&without(&key(Algorithm::EdDsa), "alg"), "crv", crv)), None, "{crv}");
    }
    assert_eq!(usable_algorithm(&without(&jwk, "kty")), None);
    for other in [json!(5), json!("key"), json!(null), json!([jwk])] {
        assert_eq!(usable_algorithm(&other), None);
    }
}

#[test]
fn symmetric_or_private_key_is_left_out() {
    let oct = json!({ "kty": "oct", "kid": "k", "alg": "HS256", "k": base64url(&[7; 32]) });
    assert_eq!(usable_algorithm(&oct), None);
    assert_eq!(usable_algorithm(&with(&without(&oct, "alg"), "use", "sig")), None);
    let pair = SigningKey::generate(Algorithm::Es256, "k");
    assert_eq!(usable_algorithm(&with(&pair.jwk(), "d", pair.private_member().unwrap())), None);
    assert_eq!(usable_algorithm(&with(&rsa_key().jwk(), "p", "AQAB")), None);
}

#[test]
fn key_whose_kid_is_not_a_string_is_left_out() {
    let jwk = key(Algorithm::Es256);
    for kid in [json!(7), json!(null), json!(["k"])] {
        assert_eq!(usable_algorithm(&with(&jwk, "kid", kid.clone())), None, "{kid}");
    }
    assert!(usable_algorithm(&without(&jwk, "kid")).is_some());
}

#[test]
fn unknown_members_of_a_key_are_ignored() {
    let jwk = with(&with(&key(Algorithm::Es256), "x5t", "ignored"), "ext", true);
    assert!(usable_algorithm(&with(&jwk, "expiresAt", json!({ "in": ["30", "days"] }))).is_some());
}

#[test]
fn point_off_the_curve_or_not_at_full_width_is_left_out() {
    let jwk = key(Algorithm::Es256);
    for (x, y) in [([1; 32], [2; 32]), ([0; 32], [0; 32]), ([0xff; 32], [0xff; 32])] {
        assert_eq!(usable_algorithm(&with(&with(&jwk, "x", base64url(&x)), "y", base64url(&y))), None);
    }
    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    for other in [vec![], x[1..].to_vec(), [vec![0], x.clone()].concat(), x.iter().rev().copied().collect()] {
        assert_eq!(usable_algorithm(&with(&jwk, "x", base64url(&other))), None);
    }
    for x in [json!(1), json!(null), json!(format!("{}=", base64url(&x))), json!(format!(" {}", base64url(&x)))] {
        assert_eq!(usable_algorithm(&with(&jwk, "x", x.clone())), None, "{x}");
    }
    assert_eq!(usable_algorithm(&without(&jwk, "y")), None);
}

/// Under such a key, one signature is valid for every message, or for every second, fourth or eighth.
#[test]
fn ed25519_point_of_small_order_is_left_out() {
    const ORDER_8: &str = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    const OTHER_ORDER_8: &str = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let point = |first: u8, middle: u8, last: u8| [vec![first], vec![middle; 30], vec![last]].concat();
    let jwk = key(Algorithm::EdDsa);
    let points = [
        point(1, 0, 0),
        point(0xec, 0xff, 0x7f),
        point(0, 0, 0),
        hex(ORDER_8),
        hex(OTHER_ORDER_8),
        // The same in forms that are not canonical: y + p, and p - 1 or more.
        point(0xed, 0xff, 0x7f),
        point(0xee, 0xff, 0x7f),
        point(0xff, 0xff, 0x7f),
    ];
    for mut x in points {
        assert_eq!(usable_algorithm(&with(&jwk, "x", base64url(&x))), None, "{x:x?}");
        x[31] |= 0x80;
        assert_eq!(usable_algorithm(&with(&jwk, "x", base64url(&x))), None, "{x:x?}");
    }
    for length in [0, 31, 33, 57] {
        assert_eq!(usable_algorithm(&with(&jwk, "x", base64url(&vec![9; length]))), None, "{length}");
    }
}

#[test]
fn rsa_key_with_unsuitable_modulus_or_exponent_is_left_out() {
    let jwk = rsa_key().jwk();
    let n = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let small = [vec![0x7f], n[1..].to_vec()].concat();
    let even = [n[..255].to_vec(), vec![n[255] & 0xfe]].concat();
    for other in
        [small, n[1..].to_vec(), n[..128].to_vec(), [vec![0], n.clone()].concat(), even, vec![], vec![0xff; 2048]]
    {
        assert_eq!(usable_algorithm(&with(&jwk, "n", base64url(&other))), None, "{} bytes", other.len());
    }
    for e in [&[1][..], &[], &[0], &[2], &[1, 0, 0], &[0, 1, 0, 1], &[1, 0, 0, 0, 1], &n] {
        assert_eq!(usable_algorithm(&with(&jwk, "e", base64url(e))), None, "{e:?}");
    }
    for e in [&[3][..], &[17], &[1, 1], &[0xff, 0xff, 0xff, 0xff]] {
        assert!(usable_algorithm(&with(&jwk, "e", base64url(e))).is_some(), "{e:?}");
    }
}

#[test]
fn usable_key_among_unusable_ones_is_kept() {
    let good = key(Algorithm::Es256);
    let bad = [json!(null), json!({}), with(&good, "kty", "AKP"), with(&good, "use", "enc"), with(&good, "kid", 7)];
    let set = parse(&[&bad[..], &[with(&good, "kid", "good")], &bad[..]].concat()).unwrap();
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [(Some("good"), Algorithm::Es256)]);
}

#[test]
fn keys_with_a_duplicate_kid_are_left_out() {
    let (one, other, third) =
        (key(Algorithm::Es256), key(Algorithm::EdDsa), with(&key(Algorithm::Es256), "kid", "third"));
    let set = parse(&[one.clone(), third.clone(), other.clone()]).unwrap();
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [(Some("third"), Algorithm::Es256)]);
    assert_eq!(parse(&[one.clone(), other.clone()]).unwrap_err(), ConfigError::NoUsableJwk);
    let unusable = with(&other, "use", "enc");
    assert_eq!(parse(&[one.clone(), unusable]).unwrap().len(), 1, "an unusable key does not count");
    let without_kid = [without(&one, "kid"), without(&other, "kid")];
    assert_eq!(parse(&without_kid).unwrap().len(), 2, "a missing kid is not a duplicate");
}

#[test]
fn document_that_is_not_a_strict_jwk_set_is_rejected() {
    let jwk = key(Algorithm::Es256).to_string();
    let good = format!(r#"{{"keys":[{jwk}]}}"#);
    assert!(JwkSet::parse(&good).is_ok());
    assert!(JwkSet::parse(&format!(r#" {{"expires":[{{}}], "keys":[{jwk}]}} "#)).is_ok());
    let duplicate = jwk.replacen("\"kty\"", "\"kty\":\"EC\",\"kty\"", 1);
    let bad = [
        String::new(),
        "null".to_owned(),
        "[]".to_owned(),
        jwk.clone(),
        format!("[{jwk}]"),
        r#"{"keys":null}"#.to_owned(),
        r#"{"keys":{}}"#.to_owned(),
        r#"{"KEYS":[]}"#.to_owned(),
        format!(r#"{{"keys":[{jwk}],"keys":[]}}"#),
        format!(r#"{{"keys":[{duplicate}]}}"#),
        format!(r#"{{"keys":[{jwk}],"x":{{"a":1,"\u0061":1}}}}"#),
        format!("{good}x"),
        format!("\u{feff}{good}"),
        good[..good.len() - 1].to_owned(),
        format!(r#"{{"keys":[{jwk}],"x":{}{}}}"#, "[".repeat(40), "]".repeat(40)),
        "<html>login</html>".to_owned(),
    ];
    for document in bad {
        assert_eq!(JwkSet::parse(&document).unwrap_err(), ConfigError::InvalidJwkSet, "{document}");
    }
    assert_eq!(parse(&[]).unwrap_err(), ConfigError::NoUsableJwk);
}

#[test]
fn document_with_too_many_bytes_or_keys_is_rejected() {
    let jwk = key(Algorithm::Es256);
    let numbered: Vec<_> = (0..=JwkSet::MAX_KEYS).map(|n| with(&jwk, "kid", n.to_string())).collect();
    assert_eq!(parse(&numbered[1..]).unwrap().len(), JwkSet::MAX_KEYS);
    assert_eq!(parse(&numbered).unwrap_err(), ConfigError::JwkSetTooLarge);
    let padded = |pad: usize| JwkSet::parse(&format!(r#"{{"keys":[{jwk}],"pad":"{}"}}"#, "x".repeat(pad)));
    assert!(padded(JwkSet::MAX_BYTES / 2).is_ok());
    assert_eq!(padded(JwkSet::MAX_BYTES).unwrap_err(), ConfigError::JwkSetTooLarge);
}

#[test]
fn jwk_set_messages_state_the_fix_and_contain_no_key() {
    for error in [ConfigError::IssuerMissing, ConfigError::AudienceMissing] {
        assert!(error.to_string().contains("base URL"), "{error}");
    }
    let issuer = TestIssuer::new(Algorithm::Es256);
    let x = issuer.key().jwk()["x"].as_str().unwrap().to_owned();
    let output = format!("{:?} {:?} {:?}", issuer.jwk_set(), issuer.key(), issuer);
    assert!(output.contains("key-1") && !output.contains(&x), "{output}");
}

#[test]
fn key_that_is_left_out_is_logged_with_the_reason_and_without_its_material() {
    let good = key(Algorithm::Es256);
    let pair = SigningKey::generate(Algorithm::Es256, "leaked");
    let bad = [
        with(&with(&good, "kid", "for-encryption"), "use", "enc"),
        with(&with(&good, "kid", "of-rs512"), "alg", "RS512"),
        with(&pair.jwk(), "d", pair.private_member().unwrap()),
        json!({ "kty": "oct", "kid": "symmetric", "k": base64url(b"material material material mater") }),
        with(&with(&good, "kid", format!("{}\n\u{1b}[31m", "n".repeat(60))), "kty", "AKP"),
        with(&good, "kid", "twice"),
        with(&key(Algorithm::EdDsa), "kid", "twice"),
    ];
    let text = capture_log(|| drop(parse(&[&bad[..], std::slice::from_ref(&good)].concat())));
    for (kid, reason) in [
        ("for-encryption", "does not allow verification"),
        ("of-rs512", "`alg` is not supported or does not fit"),
        ("leaked", "published with its private part"),
        ("symmetric", "everyone can read the set"),
        ("nnn", "type or curve is not supported"),
        ("twice", "several keys have this id"),
    ] {
        assert!(text.lines().any(|line| line.contains(kid) && line.contains(reason)), "{kid}: {text}");
    }
    assert_eq!(text.lines().count(), bad.len(), "one line for each key, with any kid: {text}");
    for jwk in bad.iter().chain([&good]) {
        for member in ["x", "y", "d", "k"] {
            if let Some(material) = jwk[member].as_str() {
                assert!(!text.contains(material), "{member}: {text}");
            }
        }
    }
    assert!(!text.contains('\u{1b}'), "{text}");
}
