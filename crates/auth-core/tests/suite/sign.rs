//! `TokenSigner`.

use auth_core::{Clock, SignError, TokenSigner, TokenSubject, Validation, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{NOW, secret, verifier_at_now, verify};

fn signer() -> TokenSigner {
    let (clock, _) = Clock::fixed(NOW);
    TokenSigner::new(&secret(1)).with_clock(clock)
}

fn verifier(validation: Validation) -> Verifier {
    verifier_at_now(secret(1), validation)
}

#[test]
fn signed_token_is_accepted() {
    let token = signer()
        .issuer("iss")
        .audience("aud")
        .sign(&TokenSubject::new("ann").email("a@b.test").name("A \"B\" Ç"))
        .unwrap();
    let user = verify(&verifier(Validation::new().issuer("iss").audience("aud")), &token).unwrap();
    assert_eq!((user.user_id(), user.email(), user.name()), ("ann", Some("a@b.test"), Some("A \"B\" Ç")));
    assert_eq!((user.issued_at(), user.expires_at()), (Some(NOW), NOW + 900));
}

#[test]
fn signed_token_contains_only_the_given_claims() {
    let token = signer().lifetime_seconds(60).sign(&TokenSubject::new("ann")).unwrap();
    let part = |n: usize| URL_SAFE_NO_PAD.decode(token.split('.').nth(n).unwrap()).unwrap();
    assert_eq!(part(0), br#"{"alg":"HS256","typ":"JWT"}"#);
    let claims: serde_json::Value = serde_json::from_slice(&part(1)).unwrap();
    assert_eq!(claims, serde_json::json!({ "sub": "ann", "iat": NOW, "exp": NOW + 60 }));
}

#[test]
fn token_that_no_verifier_accepts_is_not_signed() {
    for id in ["", "a\0b", "a\nb", &"x".repeat(256)] {
        assert_eq!(signer().sign(&TokenSubject::new(id)), Err(SignError::InvalidSubject));
    }
    assert_eq!(signer().sign(&TokenSubject::new("ann").name(&"x".repeat(8192))), Err(SignError::TokenTooLong));
}
