//! `exp`, `nbf`, `iat`, the leeway and the clock.

use auth_core::test_util::{self, TokenBuilder};
use auth_core::{Clock, ConfigError, Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{NOW, token_builder, verify, verify_error, verify_with};

const LEEWAY: u64 = 5;

fn error_with_claim(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().claim(name, value).sign())
}

fn number(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}

#[test]
fn token_expires_at_exp_plus_leeway() {
    assert_eq!(error_with_claim("exp", NOW + 1), None);
    assert_eq!(error_with_claim("exp", NOW), None);
    assert_eq!(error_with_claim("exp", NOW - LEEWAY + 1), None);
    assert_eq!(error_with_claim("exp", NOW - LEEWAY), Some(VerifyError::Expired));
    assert_eq!(error_with_claim("exp", NOW - 3600), Some(VerifyError::Expired));
}

#[test]
fn fractions_of_a_second_are_compared() {
    assert_eq!(error_with_claim("exp", number(&format!("{}.5", NOW - LEEWAY))), None);
    assert_eq!(error_with_claim("exp", number(&format!("{}.5", NOW - LEEWAY - 1))), Some(VerifyError::Expired));
    assert_eq!(error_with_claim("nbf", number(&format!("{}.5", NOW + LEEWAY))), Some(VerifyError::NotYetValid));
    assert_eq!(error_with_claim("exp", number("1.8000006e9")), None);
}

#[test]
fn token_without_leeway_expires_at_exp() {
    let error_of = |exp: u64| {
        verify_with(Validation::new().leeway_seconds(0).unwrap(), &token_builder().claim("exp", exp).sign()).err()
    };
    assert_eq!(error_of(NOW + 1), None);
    assert_eq!(error_of(NOW), Some(VerifyError::Expired));
}

#[test]
fn nbf_or_iat_later_than_the_leeway_is_rejected() {
    for ahead in [0, LEEWAY] {
        assert_eq!(error_with_claim("nbf", NOW + ahead), None);
        assert_eq!(error_with_claim("iat", NOW + ahead), None);
    }
    assert_eq!(error_with_claim("nbf", NOW + LEEWAY + 1), Some(VerifyError::NotYetValid));
    assert_eq!(error_with_claim("iat", NOW + LEEWAY + 1), Some(VerifyError::IssuedInFuture));
    assert_eq!(error_with_claim("nbf", -1), None);
    assert_eq!(error_with_claim("iat", 0), None);
    assert_eq!(verify_error(&token_builder().without_claim("iat").sign()), None);
}

#[test]
fn token_without_exp_is_rejected() {
    assert_eq!(verify_error(&token_builder().without_claim("exp").sign()), Some(VerifyError::MissingExpiration));
}

#[test]
fn date_that_is_not_a_number_is_rejected() {
    for name in ["exp", "nbf", "iat"] {
        for value in [json!(NOW.to_string()), json!(null), json!(true), json!([NOW]), json!({}), json!("")] {
            assert_eq!(error_with_claim(name, value.clone()), Some(VerifyError::InvalidNumericDate), "{name} {value}");
        }
    }
}

#[test]
fn date_after_the_year_9999_is_rejected() {
    assert_eq!(error_with_claim("exp", 253_402_300_799_u64), None);
    for beyond in
        ["253402300799.5", "253402300800", "1795166703000", "18446744073709551615", "18446744073709551616", "1e300"]
    {
        for name in ["exp", "nbf", "iat"] {
            assert_eq!(
                error_with_claim(name, number(beyond)),
                Some(VerifyError::InvalidNumericDate),
                "{name} {beyond}"
            );
        }
    }
    let text = token_builder().payload_text().replace(&format!("{}", NOW + 900), "1e400");
    assert_eq!(verify_error(&token_builder().raw_payload(text).sign()), Some(VerifyError::InvalidPayload));
}

#[test]
fn exp_in_the_distant_past_is_expired() {
    for exp in ["0", "-0", "-1", "-1e300", "1e-300", "-9223372036854775808"] {
        assert_eq!(error_with_claim("exp", number(exp)), Some(VerifyError::Expired), "{exp}");
    }
}

#[test]
fn expired_is_reported_only_for_otherwise_valid_tokens() {
    let expired = || TokenBuilder::for_user("ann").issued_at(NOW - 3600);
    assert_eq!(verify_error(&expired().sign()), Some(VerifyError::Expired));
    assert_eq!(verify_error(&expired().secret("wrong").sign()), Some(VerifyError::InvalidSignature));
    assert_eq!(verify_error(&expired().without_claim("sub").sign()), Some(VerifyError::InvalidSubject));
    assert_eq!(verify_error(&expired().claim("aud", 7).sign()), Some(VerifyError::InvalidAudience));
    assert_eq!(verify_error(&expired().claim("nbf", "x").sign()), Some(VerifyError::InvalidNumericDate));
    assert_eq!(verify_error(&expired().claim("nbf", NOW + 60).sign()), Some(VerifyError::NotYetValid));
}

#[test]
fn leeway_above_60_seconds_is_rejected() {
    assert!(Validation::new().leeway_seconds(60).is_ok());
    for seconds in [61, 3600, u64::MAX] {
        assert_eq!(Validation::new().leeway_seconds(seconds), Err(ConfigError::LeewayTooLong { seconds }));
    }
    let generous = Validation::new().leeway_seconds(60).unwrap();
    assert!(verify_with(generous.clone(), &token_builder().claim("exp", NOW - 59).sign()).is_ok());
    assert!(verify_with(generous, &token_builder().claim("exp", NOW - 60).sign()).is_err());
}

#[test]
fn fixed_clock_is_set_by_its_control() {
    let (clock, control) = Clock::fixed(NOW);
    let verifier = test_util::verifier().with_clock(clock);
    let token = token_builder().sign();
    assert!(verify(&verifier, &token).is_ok());
    control.advance(900 + LEEWAY - 1);
    assert!(verify(&verifier, &token).is_ok());
    control.advance(1);
    assert_eq!(verify(&verifier, &token), Err(VerifyError::Expired));
    control.set(NOW - 60);
    assert_eq!(verify(&verifier, &token), Err(VerifyError::IssuedInFuture));
    control.clone().set(NOW);
    assert!(verify(&verifier, &token).is_ok());
}

#[test]
fn system_clock_is_the_default() {
    assert!(verify(&test_util::verifier(), &test_util::access_token("ann")).is_ok());
    assert_eq!(
        verify(&test_util::verifier(), &TokenBuilder::for_user("ann").issued_at(1_000_000_000).sign()),
        Err(VerifyError::Expired)
    );
}

#[test]
fn dates_of_the_user_are_in_whole_seconds() {
    let token = token_builder().claim("iat", number("1799999999.9")).claim("exp", number("1800000100.9"));
    let user = verify_with(Validation::new(), &token.sign()).unwrap();
    assert_eq!((user.issued_at(), user.expires_at()), (Some(1_799_999_999), 1_800_000_100));
    let user = verify_with(Validation::new(), &token_builder().without_claim("iat").sign()).unwrap();
    assert_eq!((user.issued_at(), user.expires_at()), (None, NOW + 900));
    let user = verify_with(Validation::new(), &token_builder().claim("iat", -5).sign()).unwrap();
    assert_eq!(user.issued_at(), Some(0));
}
