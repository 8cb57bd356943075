//! Several secrets, and their text form.

use auth_core::{ConfigError, SharedSecrets, Validation, VerificationKeys, VerifyError};

use crate::support::{secret, secret_text as text, token_builder, verifier_at_now, verify};

/// Verifies a token that is signed with this secret.
fn verify_signed_with(signed_with: &str, keys: impl Into<VerificationKeys>) -> Result<(), VerifyError> {
    let verifier = verifier_at_now(keys, Validation::new());
    verify(&verifier, &token_builder().secret(signed_with).sign()).map(|_| ())
}

fn list(text: &str) -> Result<SharedSecrets, ConfigError> {
    SharedSecrets::parse(text)
}

#[test]
fn every_secret_of_a_list_verifies() {
    let keys = || list(&format!("3:{},2:{},1:{}", text(3), text(2), text(1))).unwrap();
    for n in 1..=3 {
        assert_eq!(verify_signed_with(&text(n), keys()), Ok(()), "{n}");
    }
    assert_eq!(verify_signed_with(&text(4), keys()), Err(VerifyError::InvalidSignature));
}

#[test]
fn fallback_secret_verifies_after_the_list() {
    let listed = list(&format!("1:{}", text(1))).unwrap();
    let both = listed.clone().with_fallback(secret(9));
    assert_eq!(verify_signed_with(&text(1), both.clone()), Ok(()));
    assert_eq!(verify_signed_with(&text(9), both.clone()), Ok(()));
    assert_eq!(verify_signed_with(&text(9), listed.clone()), Err(VerifyError::InvalidSignature));
    assert_eq!(both, list(&format!("1:{},0:{}", text(1), text(9))).unwrap(), "it is the last");
    assert_eq!(listed.clone().with_fallback(secret(1)), listed, "a listed secret is not added again");
}

#[test]
fn token_of_a_removed_secret_is_rejected() {
    assert_eq!(verify_signed_with(&text(1), secret(1)), Ok(()));
    assert_eq!(verify_signed_with(&text(1), secret(2)), Err(VerifyError::InvalidSignature));
}

#[test]
fn list_order_is_kept_for_any_versions() {
    assert_ne!(list(&format!("1:{},2:{}", text(1), text(2))), list(&format!("2:{},1:{}", text(2), text(1))));
    assert_eq!(list(&format!("1:{},2:{}", text(1), text(2))), list(&format!("8:{},7:{}", text(1), text(2))));
}

#[test]
fn secret_with_a_colon_is_accepted() {
    let with_colon = format!("a:b:{}", text(1));
    assert_eq!(verify_signed_with(&with_colon, list(&format!("1:{with_colon}")).unwrap()), Ok(()));
}

#[test]
fn white_space_around_list_entries_is_ignored() {
    let spaced = format!(" 2 : {} , \n1:\u{feff}{}\t", text(2), text(1));
    assert_eq!(list(&spaced), list(&format!("2:{},1:{}", text(2), text(1))));
}

#[test]
fn malformed_list_entry_is_rejected() {
    let good = text(1);
    let second = |entry: &str| list(&format!("7:{good},{entry}"));
    for entry in
        ["", good.as_str(), &format!(":{good}"), &format!("x:{good}"), &format!("-1:{good}"), &format!("+1:{good}")]
    {
        assert_eq!(second(entry), Err(ConfigError::InvalidSecretEntry { entry: 2 }), "{entry}");
    }
    for version in ["1.5", "1e3", "0x1", "99999999999999999999", "１"] {
        assert_eq!(
            second(&format!("{version}:{good}")),
            Err(ConfigError::InvalidSecretEntry { entry: 2 }),
            "{version}"
        );
    }
    assert_eq!(list(""), Err(ConfigError::InvalidSecretEntry { entry: 1 }));
    assert!(second(&format!("0:{good}")).is_ok());
}

#[test]
fn duplicate_version_is_rejected() {
    let duplicate = format!("2:{},1:{},02:{}", text(1), text(2), text(3));
    assert_eq!(list(&duplicate), Err(ConfigError::DuplicateSecretVersion { version: 2 }));
}

#[test]
fn weak_secret_in_a_list_is_reported_with_its_position() {
    let error = list(&format!("2:{},1:short", text(2))).unwrap_err();
    assert_eq!(
        error,
        ConfigError::WeakSecretInList { entry: 2, problem: Box::new(ConfigError::SecretTooShort { bytes: 5 }) }
    );
    assert!(error.to_string().contains("entry 2"));
    assert!(error.to_string().contains("openssl rand"));
    assert!(list("1:better-auth-secret-12345678901234567890").is_err());
}

#[test]
fn similar_secret_does_not_verify() {
    let right = text(1);
    let similar = [
        right[1..].to_owned(),
        right[..right.len() - 1].to_owned(),
        format!("{right}\n"),
        format!(" {right}"),
        right.to_uppercase(),
    ];
    for text in similar.iter().map(String::as_str).chain(["", "secret", "changeme"]) {
        assert_eq!(verify_signed_with(text, secret(1)), Err(VerifyError::InvalidSignature), "{text:?}");
    }
}

#[test]
fn secret_that_looks_like_base64_is_not_decoded() {
    let base64 = "c3Bpa2Utc2VjcmV0LTAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVm";
    let decoded = "spike-secret-0123456789abcdef0123456789abcdef";
    let keys = || auth_core::SharedSecret::parse(base64).unwrap();
    assert_eq!(verify_signed_with(base64, keys()), Ok(()));
    assert_eq!(verify_signed_with(decoded, keys()), Err(VerifyError::InvalidSignature));
}
