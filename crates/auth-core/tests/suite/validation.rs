//! What a policy tells about itself, and the rules that are off unless asked for.

use auth_core::{Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{NOW, token_builder, verify_with};

#[test]
fn a_fresh_policy_wants_no_issuer_and_no_audience() {
    let policy = Validation::new();
    assert_eq!(policy, Validation::default());
    assert_eq!(policy.required_issuer(), None);
    assert!(policy.allowed_audiences().is_empty());
}

#[test]
fn the_last_issuer_and_every_audience_count() {
    let policy = Validation::new().issuer("a").issuer("b").audience("x").audience("y");
    assert_eq!(policy.required_issuer(), Some("b"));
    assert_eq!(policy.allowed_audiences(), ["x", "y"]);
}

#[test]
fn a_preset_is_what_better_auth_writes() {
    let base_url = "https://app.example";
    assert_eq!(Validation::better_auth_jwks(base_url), Validation::new().issuer(base_url).audience(base_url));
    assert_eq!(
        Validation::better_auth_shared_secret(base_url, "todo-api"),
        Validation::new().issuer(base_url).audience("todo-api")
    );
}

#[test]
fn a_list_of_types_replaces_the_usual_ones() {
    let strict = || Validation::new().token_types(["at+jwt", "x+jwt"]);
    let ask = |typ: &str| verify_with(strict(), &token_builder().header("typ", typ).sign()).err();
    for typ in ["at+jwt", "AT+JWT", "x+jwt"] {
        assert_eq!(ask(typ), None, "{typ}");
    }
    for typ in ["JWT", "", "id+jwt", "at+jwt "] {
        assert_eq!(ask(typ), Some(VerifyError::InvalidTokenType), "{typ}");
    }
    assert_eq!(
        verify_with(strict(), &token_builder().without_header("typ").sign()).err(),
        Some(VerifyError::InvalidTokenType)
    );
    let none = Validation::new().token_types(Vec::<String>::new());
    assert_eq!(verify_with(none, &token_builder().sign()).err(), Some(VerifyError::InvalidTokenType));
}

#[test]
fn a_token_may_be_too_old_before_it_expires() {
    let ask =
        |iat: u64| verify_with(Validation::new().max_age_seconds(60), &token_builder().claim("iat", iat).sign()).err();
    assert_eq!(ask(NOW), None);
    assert_eq!(ask(NOW - 64), None);
    assert_eq!(ask(NOW - 65), Some(VerifyError::MaxAgeExceeded));
    assert_eq!(ask(0), Some(VerifyError::MaxAgeExceeded));
    let undated = token_builder().without_claim("iat");
    assert_eq!(
        verify_with(Validation::new().max_age_seconds(60), &undated.sign()).err(),
        Some(VerifyError::MissingIssuedAt)
    );
    assert_eq!(verify_with(Validation::new(), &undated.sign()).err(), None);
    let expired = undated.claim("exp", NOW - 60).sign();
    assert_eq!(verify_with(Validation::new().max_age_seconds(60), &expired).err(), Some(VerifyError::MissingIssuedAt));
}

#[test]
fn every_required_scope_is_a_word_of_its_own() {
    let policy = || Validation::new().require_scope("todo:read").require_scope("todo:write");
    let ask = |scope: Value| verify_with(policy(), &token_builder().claim("scope", scope).sign()).err();
    for scope in ["todo:read todo:write", "todo:write openid todo:read"] {
        assert_eq!(ask(json!(scope)), None, "{scope}");
    }
    let lacking = [
        "",
        "todo:read",
        "todo:readtodo:write",
        "todo:read todo:writer",
        "Todo:read todo:write",
        "todo:read,todo:write",
    ];
    for scope in lacking.map(Value::from).into_iter().chain([json!(null), json!(["todo:read", "todo:write"]), json!(1)])
    {
        assert_eq!(ask(scope.clone()), Some(VerifyError::InsufficientScope), "{scope}");
    }
    assert_eq!(verify_with(policy(), &token_builder().sign()).err(), Some(VerifyError::InsufficientScope));
}

#[test]
fn a_missing_scope_is_said_only_of_tokens_that_are_good() {
    let ask = |token: auth_core::test_util::TokenBuilder| {
        verify_with(Validation::new().require_scope("x"), &token.sign()).err()
    };
    assert_eq!(ask(token_builder()), Some(VerifyError::InsufficientScope));
    assert_eq!(ask(token_builder().claim("exp", NOW - 60)), Some(VerifyError::Expired));
    assert_eq!(ask(token_builder().secret("wrong")), Some(VerifyError::InvalidSignature));
    assert_eq!(ask(token_builder().without_claim("sub")), Some(VerifyError::InvalidSubject));
}

#[test]
fn a_claim_is_what_a_predicate_wants() {
    let policy = || {
        Validation::new()
            .require_claim("emailVerified", |claim| claim == Some(&json!(true)))
            .require_claim("banned", |claim| claim.is_none_or(|banned| banned == &json!(false)))
    };
    let ask = |token: auth_core::test_util::TokenBuilder| verify_with(policy(), &token.sign()).err();
    assert_eq!(ask(token_builder().claim("emailVerified", true)), None);
    assert_eq!(ask(token_builder().claim("emailVerified", true).claim("banned", false)), None);
    let refused = Some(VerifyError::ClaimRequirementNotMet);
    assert_eq!(ask(token_builder()), refused);
    assert_eq!(ask(token_builder().claim("emailVerified", "true")), refused);
    assert_eq!(ask(token_builder().claim("emailVerified", true).claim("banned", true)), refused);
    let disguised = token_builder()
        .raw_payload(token_builder().payload_text().replace("\"sub\"", "\"email\\u0056erified\":true,\"sub\""));
    assert_eq!(ask(disguised), None, "names are compared unescaped");
    let twice = token_builder().raw_payload(
        token_builder().payload_text().replace("\"sub\"", "\"emailVerified\":false,\"emailVerified\":true,\"sub\""),
    );
    assert_eq!(ask(twice), Some(VerifyError::InvalidPayload));
}

#[test]
fn predicates_are_equal_when_they_are_the_same_one() {
    let policy = Validation::new().require_claim("x", |_| true);
    assert_eq!(policy, policy.clone());
    assert_ne!(policy, Validation::new().require_claim("x", |_| true));
    assert!(format!("{policy:?}").contains("\"x\""));
}
