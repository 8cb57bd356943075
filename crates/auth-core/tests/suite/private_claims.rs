//! Private claims, typed.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, TokenBuilder};
use auth_core::{AuthenticatedUser, Validation, VerifyError};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::support::{NOW, token_builder, verifier_at_now, verify_with};

#[derive(Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Role {
    Admin,
    Member,
}

#[derive(Debug, Deserialize, PartialEq)]
struct TeamClaims {
    role: Role,
    #[serde(rename = "org")]
    organization: Option<String>,
    #[serde(default)]
    limits: Vec<u32>,
}

fn verify_as<C: DeserializeOwned + 'static>(token: &TokenBuilder) -> Result<AuthenticatedUser<C>, VerifyError> {
    let verifier = verifier_at_now(test_util::secret(), Validation::new());
    let token = token.sign();
    match pin!(verifier.verify_as(&token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the keys are available"),
    }
}

#[test]
fn private_claims_are_read_with_their_types() {
    let token = token_builder().claim("role", "admin").claim("org", "o\"1\u{e9}").claim("limits", json!([1, 2]));
    let user = verify_as::<TeamClaims>(&token).unwrap();
    let expected = TeamClaims { role: Role::Admin, organization: Some("o\"1\u{e9}".to_owned()), limits: vec![1, 2] };
    assert_eq!((user.user_id(), user.claims()), ("ann", &expected));

    let user = verify_as::<TeamClaims>(&token_builder().claim("role", "member")).unwrap();
    assert_eq!(user.claims(), &TeamClaims { role: Role::Member, organization: None, limits: vec![] });
    let user = user.map_claims(|claims| claims.role == Role::Admin);
    assert_eq!((user.user_id(), user.claims()), ("ann", &false));
}

#[test]
fn missing_or_wrongly_typed_private_claim_is_rejected() {
    let token = || token_builder().claim("role", "admin");
    for token in [
        token_builder(),
        token().claim("role", "owner"),
        token().claim("role", 7),
        token().claim("role", json!(null)),
        token().claim("org", json!({})),
        token().claim("limits", json!(["1"])),
        token().claim("limits", json!([-1])),
        token().claim("limits", json!(null)),
    ] {
        assert_eq!(verify_as::<TeamClaims>(&token), Err(VerifyError::InvalidPrivateClaims), "{token:?}");
    }
}

#[test]
fn private_claims_contain_the_registered_ones() {
    let claims = verify_as::<Value>(&token_builder().claim("role", "admin")).unwrap().claims().clone();
    assert_eq!((&claims["sub"], &claims["iat"], &claims["role"]), (&json!("ann"), &json!(NOW), &json!("admin")));
}

#[test]
fn duplicate_private_claim_is_rejected_by_the_strict_reader() {
    let payload = token_builder().payload_text();
    for duplicate in [r#""role":"member","role":"admin","#, r#""role":"member","r\u006fle":"admin","#] {
        let token = token_builder().raw_payload(payload.replacen('{', &format!("{{{duplicate}"), 1));
        assert_eq!(verify_as::<Value>(&token), Err(VerifyError::InvalidPayload), "{duplicate}");
    }
}

#[test]
fn other_rules_precede_the_private_claims() {
    for (token, error) in [
        (token_builder().secret("another secret"), VerifyError::InvalidSignature),
        (token_builder().claim("exp", NOW - 60), VerifyError::Expired),
        (token_builder().claim("cnf", json!({})), VerifyError::SenderConstrained),
    ] {
        assert_eq!(verify_as::<TeamClaims>(&token), Err(error));
    }
}

#[test]
fn unit_reads_no_private_claims() {
    let user: AuthenticatedUser = verify_with(Validation::new(), &token_builder().claim("role", 7).sign()).unwrap();
    assert_eq!(user.claims(), &());
}

#[test]
fn debug_output_does_not_contain_private_claims() {
    let user = verify_as::<TeamClaims>(&token_builder().claim("role", "admin").claim("org", "secret-org")).unwrap();
    assert_eq!(format!("{user:?}"), r#"AuthenticatedUser { user_id: "ann", .. }"#);
}

#[test]
fn acr_and_auth_time_are_read() {
    let user = |token: TokenBuilder| verify_with(Validation::new(), &token.sign()).unwrap();
    let typed = user(token_builder().claim("acr", "urn:mfa").claim("auth_time", 1_799_999_999.5));
    assert_eq!((typed.acr(), typed.auth_time()), (Some("urn:mfa"), Some(1_799_999_999)));
    for (acr, auth_time) in [(json!(1), json!("1799999999")), (json!(null), json!(1e12)), (json!([]), json!(null))] {
        let other = user(token_builder().claim("acr", acr).claim("auth_time", auth_time));
        assert_eq!((other.acr(), other.auth_time()), (None, None));
    }
    let absent = user(token_builder());
    assert_eq!((absent.acr(), absent.auth_time()), (None, None));
}
