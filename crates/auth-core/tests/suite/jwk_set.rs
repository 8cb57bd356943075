//! Which keys of a JWK Set are taken, and for what.

use auth_core::test_util::{SigningKey, TestIssuer};
use auth_core::{Algorithm, ConfigError, JwkSet};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::log::logged;
use crate::support::rsa_key;

fn parse(keys: &[Value]) -> Result<JwkSet, ConfigError> {
    JwkSet::parse(&json!({ "keys": keys }).to_string())
}

fn key(algorithm: Algorithm) -> Value {
    SigningKey::generate(algorithm, "k").jwk()
}

/// What is left of a set of this key alone.
fn taken_as(jwk: &Value) -> Option<Algorithm> {
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
fn better_auths_keys_are_taken_as_they_come() {
    for algorithm in [Algorithm::EdDsa, Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es512] {
        assert_eq!(taken_as(&key(algorithm)), Some(algorithm));
    }
    assert_eq!(taken_as(&rsa_key().jwk()), Some(Algorithm::Rs256));
    assert_eq!(taken_as(&rsa_key().with_alg_and_kid(Algorithm::Ps256, "k").jwk()), Some(Algorithm::Ps256));
}

#[test]
fn a_key_without_alg_is_bound_to_the_one_of_its_type() {
    for (jwk, algorithm) in [
        (key(Algorithm::Ed25519), Algorithm::EdDsa),
        (key(Algorithm::Es256), Algorithm::Es256),
        (key(Algorithm::Es512), Algorithm::Es512),
        (rsa_key().jwk(), Algorithm::Rs256),
    ] {
        assert_eq!(taken_as(&without(&jwk, "alg")), Some(algorithm));
    }
}

#[test]
fn an_alg_that_does_not_fit_makes_a_key_unusable() {
    let keys = [key(Algorithm::EdDsa), key(Algorithm::Es256), key(Algorithm::Es512), rsa_key().jwk()];
    let foreign =
        ["HS256", "none", "RS384", "RS512", "PS384", "PS512", "ES384", "ES521", "ES256K", "RSA-OAEP", "", "es256"];
    for jwk in &keys {
        for alg in foreign {
            assert_eq!(taken_as(&with(jwk, "alg", alg)), None, "{alg}");
        }
        for alg in [json!(null), json!(1), json!(["ES256"])] {
            assert_eq!(taken_as(&with(jwk, "alg", alg)), None);
        }
    }
    for (jwk, alg) in
        [(&keys[0], "ES256"), (&keys[1], "EdDSA"), (&keys[1], "ES512"), (&keys[2], "ES256"), (&keys[3], "ES256")]
    {
        assert_eq!(taken_as(&with(jwk, "alg", alg)), None, "{alg}");
    }
}

#[test]
fn only_keys_for_verifying_are_taken() {
    let jwk = key(Algorithm::Es256);
    assert!(taken_as(&with(&jwk, "use", "sig")).is_some());
    assert!(taken_as(&with(&jwk, "key_ops", json!(["verify"]))).is_some());
    assert!(taken_as(&with(&jwk, "key_ops", json!(["sign", "verify"]))).is_some());
    for purpose in [json!("enc"), json!(""), json!("SIG"), json!(null), json!(["sig"])] {
        assert_eq!(taken_as(&with(&jwk, "use", purpose.clone())), None, "{purpose}");
    }
    for ops in [json!(["encrypt"]), json!(["sign"]), json!([]), json!("verify"), json!(null), json!([["verify"]])] {
        assert_eq!(taken_as(&with(&jwk, "key_ops", ops.clone())), None, "{ops}");
    }
}

#[test]
fn unknown_types_and_curves_are_left_out() {
    let jwk = key(Algorithm::Es256);
    for kty in [json!("AKP"), json!("ec"), json!("oct"), json!("OKP"), json!("RSA"), json!(null), json!(1)] {
        assert_eq!(taken_as(&with(&jwk, "kty", kty.clone())), None, "{kty}");
    }
    for crv in [json!("P-384"), json!("secp256k1"), json!("p-256"), json!("Ed25519"), json!(null)] {
        assert_eq!(taken_as(&with(&without(&jwk, "alg"), "crv", crv.clone())), None, "{crv}");
    }
    for crv in ["Ed448", "X25519", "P-256"] {
        assert_eq!(taken_as(&with(&without(&key(Algorithm::EdDsa), "alg"), "crv", crv)), None, "{crv}");
    }
    assert_eq!(taken_as(&without(&jwk, "kty")), None);
    for other in [json!(5), json!("key"), json!(null), json!([jwk])] {
        assert_eq!(taken_as(&other), None);
    }
}

#[test]
fn symmetric_and_private_keys_are_left_out() {
    let oct = json!({ "kty": "oct", "kid": "k", "alg": "HS256", "k": base64url(&[7; 32]) });
    assert_eq!(taken_as(&oct), None);
    assert_eq!(taken_as(&with(&without(&oct, "alg"), "use", "sig")), None);
    let pair = SigningKey::generate(Algorithm::Es256, "k");
    assert_eq!(taken_as(&with(&pair.jwk(), "d", pair.private_member().unwrap())), None);
    assert_eq!(taken_as(&with(&rsa_key().jwk(), "p", "AQAB")), None);
}

#[test]
fn a_key_id_is_a_text_or_absent() {
    let jwk = key(Algorithm::Es256);
    for kid in [json!(7), json!(null), json!(["k"])] {
        assert_eq!(taken_as(&with(&jwk, "kid", kid.clone())), None, "{kid}");
    }
    assert!(taken_as(&without(&jwk, "kid")).is_some());
}

#[test]
fn members_that_nobody_knows_change_nothing() {
    let jwk = with(&with(&key(Algorithm::Es256), "x5t", "ignored"), "ext", true);
    assert!(taken_as(&with(&jwk, "expiresAt", json!({ "in": ["30", "days"] }))).is_some());
}

#[test]
fn a_point_is_on_its_curve_and_at_full_width() {
    let jwk = key(Algorithm::Es256);
    for (x, y) in [([1; 32], [2; 32]), ([0; 32], [0; 32]), ([0xff; 32], [0xff; 32])] {
        assert_eq!(taken_as(&with(&with(&jwk, "x", base64url(&x)), "y", base64url(&y))), None);
    }
    let x = URL_SAFE_NO_PAD.decode(jwk["x"].as_str().unwrap()).unwrap();
    for other in [vec![], x[1..].to_vec(), [vec![0], x.clone()].concat(), x.iter().rev().copied().collect()] {
        assert_eq!(taken_as(&with(&jwk, "x", base64url(&other))), None);
    }
    for x in [json!(1), json!(null), json!(format!("{}=", base64url(&x))), json!(format!(" {}", base64url(&x)))] {
        assert_eq!(taken_as(&with(&jwk, "x", x.clone())), None, "{x}");
    }
    assert_eq!(taken_as(&without(&jwk, "y")), None);
}

/// Under each of these one signature fits every message, or every second, fourth or eighth.
#[test]
fn ed25519_points_of_small_order_are_left_out() {
    const ORDER_8: &str = "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05";
    const ORDER_8_TOO: &str = "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a";
    let hex = |text: &str| -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    };
    let line = |first: u8, rest: u8, last: u8| [vec![first], vec![rest; 30], vec![last]].concat();
    let jwk = key(Algorithm::EdDsa);
    let points = [
        line(1, 0, 0),
        line(0xec, 0xff, 0x7f),
        line(0, 0, 0),
        hex(ORDER_8),
        hex(ORDER_8_TOO),
        // The same once more, in forms that are not canonical: y + p, and y with nothing to it.
        line(0xed, 0xff, 0x7f),
        line(0xee, 0xff, 0x7f),
        line(0xff, 0xff, 0x7f),
    ];
    for mut point in points {
        assert_eq!(taken_as(&with(&jwk, "x", base64url(&point))), None, "{point:x?}");
        point[31] |= 0x80;
        assert_eq!(taken_as(&with(&jwk, "x", base64url(&point))), None, "{point:x?}");
    }
    for length in [0, 31, 33, 57] {
        assert_eq!(taken_as(&with(&jwk, "x", base64url(&vec![9; length]))), None, "{length}");
    }
}

#[test]
fn an_rsa_modulus_has_2048_bits_or_more_and_an_exponent_that_is_one() {
    let jwk = rsa_key().jwk();
    let n = URL_SAFE_NO_PAD.decode(jwk["n"].as_str().unwrap()).unwrap();
    let small = [vec![0x7f], n[1..].to_vec()].concat();
    let even = [n[..255].to_vec(), vec![n[255] & 0xfe]].concat();
    for other in
        [small, n[1..].to_vec(), n[..128].to_vec(), [vec![0], n.clone()].concat(), even, vec![], vec![0xff; 2048]]
    {
        assert_eq!(taken_as(&with(&jwk, "n", base64url(&other))), None, "{} bytes", other.len());
    }
    for e in [&[1][..], &[], &[0], &[2], &[1, 0, 0], &[0, 1, 0, 1], &[1, 0, 0, 0, 1], &n] {
        assert_eq!(taken_as(&with(&jwk, "e", base64url(e))), None, "{e:?}");
    }
    for e in [&[3][..], &[17], &[1, 1], &[0xff, 0xff, 0xff, 0xff]] {
        assert!(taken_as(&with(&jwk, "e", base64url(e))).is_some(), "{e:?}");
    }
}

#[test]
fn the_good_keys_among_bad_ones_stay() {
    let good = key(Algorithm::Es256);
    let bad = [json!(null), json!({}), with(&good, "kty", "AKP"), with(&good, "use", "enc"), with(&good, "kid", 7)];
    let set = parse(&[&bad[..], &[with(&good, "kid", "good")], &bad[..]].concat()).unwrap();
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [(Some("good"), Algorithm::Es256)]);
}

#[test]
fn two_usable_keys_of_one_id_are_both_left_out() {
    let (one, other, third) =
        (key(Algorithm::Es256), key(Algorithm::EdDsa), with(&key(Algorithm::Es256), "kid", "third"));
    let set = parse(&[one.clone(), third.clone(), other.clone()]).unwrap();
    assert_eq!(set.key_ids().collect::<Vec<_>>(), [(Some("third"), Algorithm::Es256)]);
    assert_eq!(parse(&[one.clone(), other.clone()]).unwrap_err(), ConfigError::NoUsableJwk);
    let unusable = with(&other, "use", "enc");
    assert_eq!(parse(&[one.clone(), unusable]).unwrap().len(), 1, "a key that cannot be used takes nobody's name");
    let nameless = [without(&one, "kid"), without(&other, "kid")];
    assert_eq!(parse(&nameless).unwrap().len(), 2, "no name is no name in common");
}

#[test]
fn a_document_is_one_strict_json_object_with_a_list_of_keys() {
    let jwk = key(Algorithm::Es256).to_string();
    let good = format!(r#"{{"keys":[{jwk}]}}"#);
    assert!(JwkSet::parse(&good).is_ok());
    assert!(JwkSet::parse(&format!(r#" {{"expires":[{{}}], "keys":[{jwk}]}} "#)).is_ok());
    let twice = jwk.replacen("\"kty\"", "\"kty\":\"EC\",\"kty\"", 1);
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
        format!(r#"{{"keys":[{twice}]}}"#),
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
fn a_document_has_bounds() {
    let jwk = key(Algorithm::Es256);
    let numbered: Vec<_> = (0..=JwkSet::MAX_KEYS).map(|n| with(&jwk, "kid", n.to_string())).collect();
    assert_eq!(parse(&numbered[1..]).unwrap().len(), JwkSet::MAX_KEYS);
    assert_eq!(parse(&numbered).unwrap_err(), ConfigError::JwkSetTooLarge);
    let padded = |pad: usize| JwkSet::parse(&format!(r#"{{"keys":[{jwk}],"pad":"{}"}}"#, "x".repeat(pad)));
    assert!(padded(JwkSet::MAX_BYTES / 2).is_ok());
    assert_eq!(padded(JwkSet::MAX_BYTES).unwrap_err(), ConfigError::JwkSetTooLarge);
}

#[test]
fn messages_about_a_set_name_the_mend_and_hold_no_key() {
    for problem in [ConfigError::IssuerMissing, ConfigError::AudienceMissing] {
        assert!(problem.to_string().contains("base URL"), "{problem}");
    }
    let issuer = TestIssuer::new(Algorithm::Es256);
    let x = issuer.key().jwk()["x"].as_str().unwrap().to_owned();
    let shown = format!("{:?} {:?} {:?}", issuer.jwk_set(), issuer.key(), issuer);
    assert!(shown.contains("key-1") && !shown.contains(&x), "{shown}");
}

#[test]
fn each_key_that_is_left_out_is_named_with_the_reason_and_without_its_material() {
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
    let text = logged(|| drop(parse(&[&bad[..], std::slice::from_ref(&good)].concat())));
    for (kid, reason) in [
        ("for-encryption", "does not allow verification"),
        ("of-rs512", "`alg` is not supported or does not fit"),
        ("leaked", "published with its private part"),
        ("symmetric", "everybody can read the set"),
        ("nnn", "type or curve is not supported"),
        ("twice", "several keys have this id"),
    ] {
        assert!(text.lines().any(|line| line.contains(kid) && line.contains(reason)), "{kid}: {text}");
    }
    assert_eq!(text.lines().count(), bad.len(), "one line a key, whatever stands in its name: {text}");
    for jwk in bad.iter().chain([&good]) {
        for member in ["x", "y", "d", "k"] {
            if let Some(material) = jwk[member].as_str() {
                assert!(!text.contains(material), "{member}: {text}");
            }
        }
    }
    assert!(!text.contains('\u{1b}'), "{text}");
}
