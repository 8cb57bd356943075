//! The JOSE header.

use auth_core::VerifyError;
use auth_core::test_util::Hash;
use serde_json::{Value, json};

use crate::support::{token_builder, verify_error};

fn error_with_header(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().header(name, value).sign())
}

#[test]
fn header_with_alg_only_is_accepted() {
    assert_eq!(verify_error(&token_builder().raw_header(r#"{"alg":"HS256"}"#).sign()), None);
}

#[test]
fn header_order_white_space_and_escapes_are_ignored() {
    assert_eq!(
        verify_error(&token_builder().raw_header("{\"typ\":\"JWT\",\r\n \"alg\" :\t\"HS256\" }\n").sign()),
        None
    );
    assert_eq!(verify_error(&token_builder().raw_header(r#"{"\u0061lg":"HS\u003256"}"#).sign()), None);
}

#[test]
fn alg_other_than_hs256_is_rejected() {
    let others =
        ["none", "None", "nOnE", "", "hs256", "HS256 ", "HS257", "HS384", "HS512", "RS256", "ES256", "PS256", "EdDSA"];
    for alg in others {
        assert_eq!(error_with_header("alg", alg), Some(VerifyError::InvalidAlgorithm), "{alg}");
        assert_eq!(
            verify_error(&token_builder().header("alg", alg).unsigned()),
            Some(VerifyError::InvalidAlgorithm),
            "{alg}, unsigned"
        );
    }
    for alg in [json!(null), json!(256), json!(["HS256"]), json!({"HS256": true}), json!(true)] {
        assert_eq!(error_with_header("alg", alg.clone()), Some(VerifyError::InvalidAlgorithm), "{alg}");
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
fn crit_of_any_type_is_rejected() {
    for crit in [json!(["exp"]), json!([]), json!("exp"), json!(null), json!({}), json!(["b64"]), json!([1])] {
        assert_eq!(error_with_header("crit", crit.clone()), Some(VerifyError::UnsupportedCriticalHeader), "{crit}");
    }
    assert_eq!(
        verify_error(&token_builder().raw_header(r#"{"alg":"HS256","cri\u0074":["exp"]}"#).sign()),
        Some(VerifyError::UnsupportedCriticalHeader)
    );
}

#[test]
fn b64_and_zip_of_any_type_are_rejected() {
    for value in [json!(false), json!(true), json!(null), json!("DEF")] {
        assert_eq!(
            error_with_header("b64", value.clone()),
            Some(VerifyError::UnsupportedPayloadEncoding),
            "b64 {value}"
        );
        assert_eq!(
            error_with_header("zip", value.clone()),
            Some(VerifyError::UnsupportedPayloadEncoding),
            "zip {value}"
        );
    }
}

#[test]
fn typ_of_another_purpose_is_rejected() {
    for typ in [
        "JWT",
        "jwt",
        "Jwt",
        "at+jwt",
        "AT+JWT",
        "at+JWT",
        "application/at+jwt",
        "APPLICATION/AT+JWT",
        "Application/at+JWT",
    ] {
        assert_eq!(error_with_header("typ", typ), None, "{typ}");
    }
    let others = ["", "JWT ", "JWS", "JOSE", "application/jwt", "id+jwt", "logout+jwt", "dpop+jwt", "revocations+jwt"];
    let similar =
        ["better-auth.session-cache+jwt", "JWT;x=1", "ＪＷＴ", "at+jwt ", "application/at+jwt;x=1", "x/at+jwt"];
    for typ in others.into_iter().chain(similar) {
        assert_eq!(error_with_header("typ", typ), Some(VerifyError::InvalidTokenType), "{typ}");
    }
    for typ in [json!(null), json!(1), json!(["JWT"]), json!({}), json!(true)] {
        assert_eq!(error_with_header("typ", typ.clone()), Some(VerifyError::InvalidTokenType), "{typ}");
    }
}

#[test]
fn kid_is_ignored_by_shared_secrets_but_must_be_a_string() {
    for kid in ["whatever", "", "../../../../dev/null", "x' UNION SELECT '1';--", "\u{0}"] {
        assert_eq!(error_with_header("kid", kid), None, "{kid}");
    }
    for kid in [json!(null), json!(1), json!({"a": 1}), json!(["k"]), json!(true)] {
        assert_eq!(error_with_header("kid", kid.clone()), Some(VerifyError::InvalidKeyId), "{kid}");
    }
}

#[test]
fn key_in_the_header_is_ignored() {
    let attackers = "attacker-key-attacker-key-123456";
    let members = [
        ("jwk", json!({"kty": "oct", "k": "YXR0YWNrZXIta2V5LWF0dGFja2VyLWtleS0xMjM0NTY"})),
        ("jku", json!("http://127.0.0.1:9/jwks.json")),
        ("x5u", json!("http://127.0.0.1:9/cert.pem")),
        ("x5c", json!(["MIIB"])),
        ("x5t", json!("AAAA")),
    ];
    for (name, value) in members {
        assert_eq!(error_with_header(name, value.clone()), None, "{name} is ignored");
        let forged = token_builder().header(name, value).secret(attackers).sign();
        assert_eq!(verify_error(&forged), Some(VerifyError::InvalidSignature), "{name} is no key");
    }
}

#[test]
fn header_is_validated_before_the_signature() {
    assert_eq!(
        verify_error(&token_builder().header("crit", json!(["x"])).secret("wrong").sign()),
        Some(VerifyError::UnsupportedCriticalHeader)
    );
    assert_eq!(
        verify_error(&token_builder().raw_payload("nonsense").secret("wrong").sign()),
        Some(VerifyError::InvalidSignature)
    );
}
