//! The kind and the contents of unverified tokens.

use auth_core::explain::{TokenKind, UnverifiedToken};
use auth_core::test_util::{TokenBuilder, access_token};
use serde_json::{Value, json};

fn kind(token: &str) -> TokenKind {
    UnverifiedToken::parse(token).kind
}

#[test]
fn better_auth_tokens_have_the_expected_kind() {
    let samples: Value = serde_json::from_str(include_str!("../vectors/better-auth-samples.json")).unwrap();
    let samples = samples["tokens"].as_array().unwrap();
    for sample in samples {
        let name = sample["name"].as_str().unwrap();
        let expected = match name {
            _ if name.starts_with("bearer") => TokenKind::SessionToken,
            _ if name.starts_with("cookieCache-jwe") => TokenKind::Encrypted,
            _ if name.contains("cookieCache") => TokenKind::SessionCache,
            _ if name.contains("email-verification") => TokenKind::EmailVerification,
            _ => TokenKind::AccessToken,
        };
        assert_eq!(kind(sample["token"].as_str().unwrap()), expected, "{name}");
    }
    assert!(samples.len() > 8);
}

#[test]
fn tokens_for_other_purposes_have_the_expected_kind() {
    let session_cache = TokenBuilder::for_user("ann").header("typ", "better-auth.session-cache+jwt");
    assert_eq!(kind(&session_cache.sign()), TokenKind::SessionCache);
    assert_eq!(kind(&TokenBuilder::for_user("ann").claim("nonce", "n").sign()), TokenKind::IdToken);
    assert_eq!(kind(&TokenBuilder::for_user("ann").claim("events", json!({})).sign()), TokenKind::LogoutToken);
    assert_eq!(
        kind(&TokenBuilder::for_user("ann").without_claim("sub").without_claim("email").sign()),
        TokenKind::UnknownSigned
    );
    for text in ["", ".", "a.b.c", "Bearer", "hello world", &"x".repeat(100_000)] {
        assert_eq!(UnverifiedToken::parse(text).subject, None);
    }
    assert_eq!(kind("hello world"), TokenKind::Unknown);
}

#[test]
fn forged_access_token_is_parsed_without_verification() {
    let forged =
        TokenBuilder::for_user("ann").secret("another secret, 32 bytes or more").claim("aud", json!(["a", "b"])).sign();
    let parsed = UnverifiedToken::parse(&forged);
    assert_eq!((parsed.kind, parsed.subject.as_deref()), (TokenKind::AccessToken, Some("ann")));
    assert_eq!((parsed.algorithm.as_deref(), parsed.audiences.len()), (Some("HS256"), 2));
    assert!(parsed.expires_at > parsed.issued_at);
    assert_eq!(UnverifiedToken::parse(&access_token("bob")).subject.as_deref(), Some("bob"));
}
