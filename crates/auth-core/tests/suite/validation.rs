//! `Validation` and its optional rules.

use auth_core::{Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{NOW, token_builder, verify_with};

#[test]
fn new_validation_requires_no_issuer_and_no_audience() {
    let validation = Validation::new();
    assert_eq!(validation, Validation::default());
    assert_eq!(validation.required_issuer(), None);
    assert!(validation.allowed_audiences().is_empty());
}

#[test]
fn last_issuer_and_all_audiences_are_kept() {
    let validation = Validation::new().issuer("a").issuer("b").audience("x").audience("y");
    assert_eq!(validation.required_issuer(), Some("b"));
    assert_eq!(validation.allowed_audiences(), ["x", "y"]);
}

#[test]
fn better_auth_presets_set_issuer_and_audience() {
    let base_url = "https://app.example";
    assert_eq!(Validation::better_auth_jwks(base_url), Validation::new().issuer(base_url).audience(base_url));
    assert_eq!(
        Validation::better_auth_shared_secret(base_url, "todo-api"),
        Validation::new().issuer(base_url).audience("todo-api")
    );
}

#[test]
fn token_types_replace_the_default_types() {
    let validation = || Validation::new().token_types(["at+jwt", "x+jwt"]);
    let error_of = |typ: &str| verify_with(validation(), &token_builder().header("typ", typ).sign()).err();
    for typ in ["at+jwt", "AT+JWT", "x+jwt"] {
        assert_eq!(error_of(typ), None, "{typ}");
    }
    for typ in ["JWT", "", "id+jwt", "at+jwt "] {
        assert_eq!(error_of(typ), Some(VerifyError::InvalidTokenType), "{typ}");
    }
    assert_eq!(
        verify_with(validation(), &token_builder().without_header("typ").sign()).err(),
        Some(VerifyError::InvalidTokenType)
    );
    let none = Validation::new().token_types(Vec::<String>::new());
    assert_eq!(verify_with(none, &token_builder().sign()).err(), Some(VerifyError::InvalidTokenType));
}

#[test]
fn token_older_than_the_maximum_age_is_rejected() {
    let error_of =
        |iat: u64| verify_with(Validation::new().max_age_seconds(60), &token_builder().claim("iat", iat).sign()).err();
    assert_eq!(error_of(NOW), None);
    assert_eq!(error_of(NOW - 64), None);
    assert_eq!(error_of(NOW - 65), Some(VerifyError::MaxAgeExceeded));
    assert_eq!(error_of(0), Some(VerifyError::MaxAgeExceeded));
    let without_iat = token_builder().without_claim("iat");
    assert_eq!(
        verify_with(Validation::new().max_age_seconds(60), &without_iat.sign()).err(),
        Some(VerifyError::MissingIssuedAt)
    );
    assert_eq!(verify_with(Validation::new(), &without_iat.sign()).err(), None);
    let expired = without_iat.claim("exp", NOW - 60).sign();
    assert_eq!(verify_with(Validation::new().max_age_seconds(60), &expired).err(), Some(VerifyError::MissingIssuedAt));
}

#[test]
fn missing_scope_is_rejected() {
    let validation = || Validation::new().require_scope("todo:read").require_scope("todo:write");
    let error_of = |scope: Value| verify_with(validation(), &token_builder().claim("scope", scope).sign()).err();
    for scope in ["todo:read todo:write", "todo:write openid todo:read"] {
        assert_eq!(error_of(json!(scope)), None, "{scope}");
    }
    let insufficient = [
        "",
        "todo:read",
        "todo:readtodo:write",
        "todo:read todo:writer",
        "Todo:read todo:write",
        "todo:read,todo:write",
    ];
    for scope in
        insufficient.map(Value::from).into_iter().chain([json!(null), json!(["todo:read", "todo:write"]), json!(1)])
    {
        assert_eq!(error_of(scope.clone()), Some(VerifyError::InsufficientScope), "{scope}");
    }
    assert_eq!(verify_with(validation(), &token_builder().sign()).err(), Some(VerifyError::InsufficientScope));
}

#[test]
fn insufficient_scope_is_reported_only_for_otherwise_valid_tokens() {
    let error_of = |token: auth_core::test_util::TokenBuilder| {
        verify_with(Validation::new().require_scope("x"), &token.sign()).err()
    };
    assert_eq!(error_of(token_builder()), Some(VerifyError::InsufficientScope));
    assert_eq!(error_of(token_builder().claim("exp", NOW - 60)), Some(VerifyError::Expired));
    assert_eq!(error_of(token_builder().secret("wrong")), Some(VerifyError::InvalidSignature));
    assert_eq!(error_of(token_builder().without_claim("sub")), Some(VerifyError::InvalidSubject));
}

#[test]
fn claim_that_fails_its_predicate_is_rejected() {
    let validation = || {
        Validation::new()
            .require_claim("emailVerified", |claim| claim == Some(&json!(true)))
            .require_claim("banned", |claim| claim.is_none_or(|banned| banned == &json!(false)))
    };
    let error_of = |token: auth_core::test_util::TokenBuilder| verify_with(validation(), &token.sign()).err();
    assert_eq!(error_of(token_builder().claim("emailVerified", true)), None);
    assert_eq!(error_of(token_builder().claim("emailVerified", true).claim("banned", false)), None);
    let not_met = Some(VerifyError::ClaimRequirementNotMet);
    assert_eq!(error_of(token_builder()), not_met);
    assert_eq!(error_of(token_builder().claim("emailVerified", "true")), not_met);
    assert_eq!(error_of(token_builder().claim("emailVerified", true).claim("banned", true)), not_met);
    let escaped = token_builder()
        .raw_payload(token_builder().payload_text().replace("\"sub\"", "\"email\\u0056erified\":true,\"sub\""));
    assert_eq!(error_of(escaped), None, "names are compared unescaped");
    let duplicate = token_builder().raw_payload(
        token_builder().payload_text().replace("\"sub\"", "\"emailVerified\":false,\"emailVerified\":true,\"sub\""),
    );
    assert_eq!(error_of(duplicate), Some(VerifyError::InvalidPayload));
}

#[test]
fn predicates_are_compared_by_identity() {
    let validation = Validation::new().require_claim("x", |_| true);
    assert_eq!(validation, validation.clone());
    assert_ne!(validation, Validation::new().require_claim("x", |_| true));
    assert!(format!("{validation:?}").contains("\"x\""));
}
