//! Which shared secrets are accepted.

use auth_core::{ConfigError, SharedSecret};
use proptest::prelude::*;

fn is_weak(secret: &str) -> bool {
    SharedSecret::parse(secret) == Err(ConfigError::WeakSecret)
}

#[test]
fn secret_shorter_than_32_bytes_is_rejected() {
    let text = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs";
    assert!(SharedSecret::parse(text).is_ok());
    assert_eq!(SharedSecret::parse(&text[1..]), Err(ConfigError::SecretTooShort { bytes: 31 }));
    assert_eq!(SharedSecret::parse(""), Err(ConfigError::SecretTooShort { bytes: 0 }));
    assert!(SharedSecret::parse("ß7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6Lé").is_ok(), "the length is in bytes, not characters");
}

#[test]
fn published_placeholder_is_rejected() {
    let published = [
        "better-auth-secret-12345678901234567890",
        "better-auth-secret-123456789-123456789",
        "a-string-secret-at-least-256-bits-long",
        "your-256-bit-secret-your-256-bit-secret",
        "your-super-secret-jwt-token-with-at-least-32-characters-long",
        "super-secret-jwt-token-with-at-least-32-characters-long",
        "your-secret-key-minimum-32-characters-long",
        "your_super_secure_random_string_here_min_32_chars",
        "your-32-character-secret-key-here",
        "your-secret-key-here-replace-in-production",
        "your-default-secret-change-in-production",
        "change-me-to-a-random-string-at-least-32-chars",
        "change-this-to-a-random-32-plus-char-string",
        "CHANGE_ME_IN_PRODUCTION_CHANGE_ME_IN_PRODUCTION",
        "changemechangemechangemechangeme",
        "change-me-change-me-change-me-change-me",
        "changethischangethischangethischangethis",
        "replace-with-at-least-32-random-characters",
        "replace-this-with-a-random-secret-at-least-32-characters",
        "REPLACE_WITH_A_LONG_RANDOM_SECRET",
        "dev-secret-change-this-in-production-32chars",
        "dev-secret-at-least-32-characters-long!",
        "development_secret_key_32_characters_minimum",
        "supersecretlongrandomstringchangethisinproduction",
        "super-long-secret-string-for-production",
        "secretsecretsecretsecretsecretsecret",
        "secret-secret-secret-secret-secret",
        "my-super-secret-key-my-super-secret-key",
        "passwordpasswordpasswordpassword",
        "<generate a random secret of 32 characters>",
        "reallyreallyreallyreallyverysafe",
        "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
    ];
    for secret in published {
        assert!(secret.len() >= 32, "{secret}");
        assert!(is_weak(secret), "{secret}");
        assert!(is_weak(&secret.to_uppercase()), "{secret}, in upper case");
    }
}

#[test]
fn simple_pattern_is_rejected() {
    for secret in [
        "a".repeat(40),
        "0".repeat(32),
        " ".repeat(32),
        "é".repeat(20),
        "ab".repeat(16),
        "xyz-".repeat(10),
        "hunter2!".repeat(4),
        "1234567890".repeat(4),
        "0123456789abcdef".repeat(2),
        "abcdefghijklmnopqrstuvwxyz123456".to_owned(),
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".to_owned(),
    ] {
        assert!(is_weak(&secret), "{secret}");
    }
}

/// False positives would stop a service with a good secret.
#[test]
fn real_secret_is_accepted() {
    for secret in [
        "spike-secret-0123456789abcdef0123456789abcdef",
        "new-secret-abcdefghijklmnopqrstuvwxyz-0123456789",
        "test-secret-test-secret-test-secret-123",
        "test-secret-at-least-32-characters-long",
        "correct horse battery staple correct horse",
        "seasons change means leaves fall every year",
        "the-secret-of-my-success-is-porridge",
        "secret-8371-2938-1029-4857-1928-3746",
        "8371-2938-1029-4857-1928-3746-5610-9283",
        "9f86d081884c7d659a2feaa0c55ad015",
        "S12aLXBp4w5ndFK8hACHYbCa7RKLkH13SyA36Kum4pM=",
        "hunter2-hunter2-hunter2-hunter2-tiger",
        "pässwörter-sind-überall-verschieden",
    ] {
        assert!(SharedSecret::parse(secret).is_ok(), "{secret}");
    }
}

#[test]
fn message_states_the_fix_and_not_the_secret() {
    for secret in ["hunter2-but-short", "better-auth-secret-12345678901234567890"] {
        let error = SharedSecret::parse(secret).unwrap_err();
        assert!(error.to_string().contains("openssl rand -base64 32"), "{error}");
        assert!(!format!("{error} {error:?}").contains(secret));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn generated_secret_is_accepted(
        secret in prop_oneof!["[0-9a-f]{32,64}", "[A-Za-z0-9_-]{32,64}", "[A-Za-z0-9+/]{43}=", "[A-Za-z0-9]{32}", "[0-9]{40}", "[ -~]{32,64}"],
    ) {
        prop_assert!(SharedSecret::parse(&secret).is_ok(), "{}", secret);
    }
}
