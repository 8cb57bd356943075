//! The JOSE header.

use auth_core::VerifyError;
use auth_core::test_util::Hash;
use serde_json::{Value, json};

use crate::support::{token_builder, verify_error};

fn with(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().header(name, value).sign())
}

#[test]
fn better_auths_shortest_header_is_enough() {
    assert_eq!(verify_error(&token_builder().raw_header(r#"{"alg":"HS256"}"#).sign()), None);
}

#[test]
fn order_and_white_space_do_not_matter() {
    assert_eq!(
        verify_error(&token_builder().raw_header("{\"typ\":\"JWT\",\r\n \"alg\" :\t\"HS256\" }\n").sign()),
        None
    );
    assert_eq!(verify_error(&token_builder().raw_header(r#"{"\u0061lg":"HS\u003256"}"#).sign()), None);
}

#[test]
fn only_the_keys_own_algorithm_is_taken() {
    let others =
        ["none", "None", "nOnE", "", "hs256", "HS256 ", "HS257", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA"];
    for alg in others {
        assert_eq!(with("alg", alg), Some(VerifyError::InvalidAlgorithm), "{alg}");
        assert_eq!(
            verify_error(&token_builder().header("alg", alg).unsigned()),
            Some(VerifyError::InvalidAlgorithm),
            "{alg}, unsigned"
        );
    }
    for alg in [json!(null), json!(256), json!(["HS256"]), json!({"HS256": true}), json!(true)] {
        assert_eq!(with("alg", alg.clone()), Some(VerifyError::InvalidAlgorithm), "{alg}");
    }
    assert_eq!(verify_error(&token_builder().without_header("alg").sign()), Some(VerifyError::InvalidAlgorithm));
    assert_eq!(
        verify_error(&token_builder().header("alg", "HS512").hash(Hash::Sha512).sign()),
        Some(VerifyError::InvalidAlgorithm)
    );
    assert_eq!(
        verify_error(&token_builder().header("alg", "HS384").hash(Hash::Sha384).sign()),
        Some(VerifyError::InvalidAlgorithm)
    );
    assert_eq!(verify_error(&token_builder().hash(Hash::Sha512).sign()), Some(VerifyError::InvalidSignature));
}

#[test]
fn crit_is_refused_in_any_form() {
    for crit in [json!(["exp"]), json!([]), json!("exp"), json!(null), json!({}), json!(["b64"]), json!([1])] {
        assert_eq!(with("crit", crit.clone()), Some(VerifyError::UnsupportedCriticalHeader), "{crit}");
    }
    assert_eq!(
        verify_error(&token_builder().raw_header(r#"{"alg":"HS256","cri\u0074":["exp"]}"#).sign()),
        Some(VerifyError::UnsupportedCriticalHeader)
    );
}

#[test]
fn no_other_form_of_payload_is_known() {
    for value in [json!(false), json!(true), json!(null), json!("DEF")] {
        assert_eq!(with("b64", value.clone()), Some(VerifyError::UnsupportedPayloadEncoding), "b64 {value}");
        assert_eq!(with("zip", value.clone()), Some(VerifyError::UnsupportedPayloadEncoding), "zip {value}");
    }
}

#[test]
fn typ_is_absent_or_names_an_access_token() {
    for typ in ["JWT", "jwt", "Jwt", "at+jwt", "AT+JWT", "at+JWT"] {
        assert_eq!(with("typ", typ), None, "{typ}");
    }
    let others =
        ["", "JWT ", "JWS", "JOSE", "application/jwt", "application/at+jwt", "id+jwt", "logout+jwt", "dpop+jwt"];
    for typ in others.into_iter().chain(["better-auth.session-cache+jwt", "JWT;x=1", "ＪＷＴ"]) {
        assert_eq!(with("typ", typ), Some(VerifyError::InvalidTokenType), "{typ}");
    }
    for typ in [json!(null), json!(1), json!(["JWT"]), json!({}), json!(true)] {
        assert_eq!(with("typ", typ.clone()), Some(VerifyError::InvalidTokenType), "{typ}");
    }
}

#[test]
fn a_key_id_means_nothing_to_a_shared_secret_but_is_a_string() {
    for kid in ["whatever", "", "../../../../dev/null", "x' UNION SELECT '1';--", "\u{0}"] {
        assert_eq!(with("kid", kid), None, "{kid}");
    }
    for kid in [json!(null), json!(1), json!({"a": 1}), json!(["k"]), json!(true)] {
        assert_eq!(with("kid", kid.clone()), Some(VerifyError::InvalidKeyId), "{kid}");
    }
}

#[test]
fn a_token_brings_no_key_of_its_own() {
    let attackers = "attacker-key-attacker-key-123456";
    let members = [
        ("jwk", json!({"kty": "oct", "k": "YXR0YWNrZXIta2V5LWF0dGFja2VyLWtleS0xMjM0NTY"})),
        ("jku", json!("http://127.0.0.1:9/jwks.json")),
        ("x5u", json!("http://127.0.0.1:9/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ];
    for (name, value) in members {
        assert_eq!(with(name, value.clone()), None, "{name} is ignored");
        let forged = token_builder().header(name, value).secret(attackers).sign();
        assert_eq!(verify_error(&forged), Some(VerifyError::InvalidSignature), "{name} is no key");
    }
}

#[test]
fn a_header_is_judged_before_its_signature() {
    assert_eq!(
        verify_error(&token_builder().header("crit", json!(["x"])).secret("wrong").sign()),
        Some(VerifyError::UnsupportedCriticalHeader)
    );
    assert_eq!(
        verify_error(&token_builder().raw_payload("nonsense").secret("wrong").sign()),
        Some(VerifyError::InvalidSignature)
    );
}
