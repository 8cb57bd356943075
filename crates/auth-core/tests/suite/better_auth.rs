//! Tokens of Better Auth 1.7 with test keys.

use std::collections::BTreeMap;

use auth_core::test_util::{TestIssuer, TokenBuilder};
use auth_core::{
    Algorithm, Clock, ConfigError, JwkSet, RemoteJwkSet, RemoteJwkSetOptions, SharedSecret, Validation,
    VerificationKeys, Verifier, VerifyError,
};
use serde::Deserialize;
use serde_json::json;

use crate::support::verify;

#[derive(Deserialize)]
struct Vectors {
    secret: String,
    issuer: String,
    audience: String,
    jwks: serde_json::Value,
    accept: BTreeMap<String, String>,
    reject: BTreeMap<String, String>,
}

impl Vectors {
    fn load() -> Self {
        serde_json::from_str(include_str!("../vectors/better-auth-verifier.json")).unwrap()
    }

    /// The shared secret, without issuer and audience.
    fn secret_verifier(&self) -> Verifier {
        Self::verifier(self.secret(), Validation::new())
    }

    /// The shared secret and the JWK Set, with issuer and audience.
    fn full_verifier(&self) -> Verifier {
        let set: JwkSet = self.jwks.to_string().parse().unwrap();
        let validation = Validation::better_auth_shared_secret(&self.issuer, &self.audience);
        Self::verifier(VerificationKeys::from(self.secret()).with_jwk_set(set), validation)
    }

    fn verifier(keys: impl Into<VerificationKeys>, validation: Validation) -> Verifier {
        let (clock, _) = Clock::fixed(1_795_180_000);
        Verifier::new(keys, validation).unwrap().with_clock(clock)
    }

    fn secret(&self) -> SharedSecret {
        self.secret.parse().unwrap()
    }
}

#[test]
fn better_auth_access_tokens_are_accepted() {
    let vectors = Vectors::load();
    let (full, secret_only) = (vectors.full_verifier(), vectors.secret_verifier());
    for (name, token) in &vectors.accept {
        if name.starts_with("eddsa") || name.starts_with("rs256") {
            assert_eq!(verify(&full, token).unwrap().email(), Some("ada@example.com"), "{name}");
            assert_eq!(verify(&secret_only, token), Err(VerifyError::InvalidAlgorithm), "{name}, without the JWK Set");
        } else if name.starts_with("hs256-minimal") {
            assert_eq!(verify(&full, token), Err(VerifyError::InvalidIssuer), "{name} has no issuer");
            assert_eq!(verify(&secret_only, token).unwrap().user_id(), "awroGELRKynayhrkUY8vlg7fLYiAWsqC", "{name}");
        } else {
            let user = verify(&full, token).unwrap();
            assert_eq!(user.user_id(), "awroGELRKynayhrkUY8vlg7fLYiAWsqC", "{name}");
            assert_eq!(user.email(), Some("ada@example.com"), "{name}");
        }
    }
    assert_eq!(vectors.accept.len(), 7);
}

#[test]
fn invalid_better_auth_tokens_are_rejected_with_the_expected_error() {
    let vectors = Vectors::load();
    let full = vectors.full_verifier();
    let expected = [
        ("alg-None-case", VerifyError::InvalidAlgorithm),
        ("alg-none", VerifyError::InvalidAlgorithm),
        ("better-auth-cookieCache-jwe", VerifyError::NotCompactJws),
        ("cookie-cache-jwt(same secret, no sub)", VerifyError::InvalidSubject),
        ("cookie-cache-shape-unexpired", VerifyError::InvalidSubject),
        ("crit-header", VerifyError::UnsupportedCriticalHeader),
        ("eddsa-embedded-jwk-header", VerifyError::NoMatchingKey),
        ("eddsa-no-kid", VerifyError::NoMatchingKey),
        ("eddsa-right-kid-wrong-key", VerifyError::InvalidSignature),
        ("eddsa-unknown-kid", VerifyError::NoMatchingKey),
        ("email-verification-shape-unexpired", VerifyError::InvalidSubject),
        ("email-verification-token(same secret, no sub)", VerifyError::InvalidSubject),
        ("empty", VerifyError::NotCompactJws),
        ("empty-sub", VerifyError::InvalidSubject),
        ("exp-huge(overflow)", VerifyError::InvalidPayload),
        ("exp-string", VerifyError::InvalidNumericDate),
        ("exp-zero", VerifyError::Expired),
        ("expired", VerifyError::Expired),
        ("four-segments", VerifyError::NotCompactJws),
        ("hs256-empty-key", VerifyError::InvalidSignature),
        ("hs256-signed-with-jwk-json(alg confusion)", VerifyError::InvalidSignature),
        ("hs256-signed-with-rsa-public-pem(alg confusion)", VerifyError::InvalidSignature),
        ("hs384-same-secret", VerifyError::InvalidAlgorithm),
        ("hs512-same-secret", VerifyError::InvalidAlgorithm),
        ("iat-far-future", VerifyError::IssuedInFuture),
        ("missing-aud(when aud enforced)", VerifyError::InvalidAudience),
        ("missing-exp", VerifyError::MissingExpiration),
        ("missing-sub", VerifyError::InvalidSubject),
        ("nbf-future", VerifyError::NotYetValid),
        ("not-base64", VerifyError::InvalidBase64Url),
        ("numeric-sub", VerifyError::InvalidSubject),
        ("opaque-session-token", VerifyError::NotCompactJws),
        ("payload-array", VerifyError::InvalidPayload),
        ("payload-not-json", VerifyError::InvalidPayload),
        ("std-base64-padding-signature", VerifyError::InvalidBase64Url),
        ("tampered-payload", VerifyError::InvalidSignature),
        ("two-segments", VerifyError::NotCompactJws),
        ("wrong-aud(when aud enforced)", VerifyError::InvalidAudience),
        ("wrong-iss(when iss enforced)", VerifyError::InvalidIssuer),
        ("wrong-secret", VerifyError::InvalidSignature),
    ];
    for (name, error) in expected {
        assert_eq!(verify(&full, &vectors.reject[name]), Err(error), "{name}");
    }
    assert_eq!(vectors.reject.len(), expected.len());
}

#[test]
fn token_of_64_kib_is_rejected() {
    let vectors = Vectors::load();
    let huge = TokenBuilder::for_user("ann").secret(&*vectors.secret).claim("pad", "x".repeat(65_536)).sign();
    assert_eq!(verify(&vectors.full_verifier(), &huge), Err(VerifyError::TokenTooLong));
}

#[derive(Deserialize)]
struct Samples {
    issued: u64,
    tokens: Vec<Sample>,
}

#[derive(Deserialize)]
struct Sample {
    name: String,
    secret: String,
    token: String,
    sub: Option<String>,
    error: Option<String>,
}

/// The samples include tokens that resemble access tokens: e-mail links and session cookies.
#[test]
fn better_auth_non_access_tokens_are_rejected() {
    let samples: Samples = serde_json::from_str(include_str!("../vectors/better-auth-samples.json")).unwrap();
    let (clock, control) = Clock::fixed(samples.issued + 20);
    for sample in &samples.tokens {
        let secret: SharedSecret = sample.secret.parse().unwrap();
        let verifier = Verifier::new(secret, Validation::new()).unwrap().with_clock(clock.clone());
        match (&sample.sub, &sample.error) {
            (Some(sub), None) => {
                assert_eq!(verify(&verifier, &sample.token).unwrap().user_id(), sub, "{}", sample.name);
                control.advance(3600);
                assert_eq!(verify(&verifier, &sample.token), Err(VerifyError::Expired), "{}", sample.name);
                control.set(samples.issued + 20);
            }
            (_, expected) => {
                let error = verify(&verifier, &sample.token).unwrap_err();
                assert_eq!(Some(format!("{error:?}")), *expected, "{}", sample.name);
            }
        }
    }
    assert_eq!(samples.tokens.len(), 15);
}

#[derive(Deserialize)]
struct Asymmetric {
    tokens: Vec<SignedSample>,
}

#[derive(Deserialize)]
struct SignedSample {
    name: String,
    issuer: String,
    audience: String,
    issued: u64,
    sub: String,
    error: Option<String>,
    token: String,
    jwks: String,
}

/// Each algorithm of the `jwt()` plugin, its key rotation, and its session cookie.
#[test]
fn jwt_plugin_non_access_tokens_and_unsupported_algorithms_are_rejected() {
    let samples: Asymmetric = serde_json::from_str(include_str!("../vectors/better-auth-asymmetric.json")).unwrap();
    for sample in &samples.tokens {
        let set = match JwkSet::parse(&sample.jwks) {
            Ok(set) => set,
            Err(error) => {
                assert_eq!((error, sample.error.as_deref()), (ConfigError::NoUsableJwk, Some("NoUsableJwk")));
                continue;
            }
        };
        let (clock, control) = Clock::fixed(sample.issued + 20);
        let validation = Validation::new().issuer(&*sample.issuer).audience(&*sample.audience);
        let verifier = Verifier::new(set, validation).unwrap().with_clock(clock);
        let result = verify(&verifier, &sample.token);
        match &sample.error {
            None => assert_eq!(result.unwrap().user_id(), sample.sub, "{}", sample.name),
            Some(error) => assert_eq!(&format!("{:?}", result.unwrap_err()), error, "{}", sample.name),
        }
        if sample.error.is_none() {
            control.advance(11 * 366 * 86_400);
            assert_eq!(verify(&verifier, &sample.token), Err(VerifyError::Expired), "{}", sample.name);
        }
    }
    assert_eq!(samples.tokens.len(), 31);
}

#[derive(Deserialize)]
struct BaseUrls {
    tokens: Vec<BaseUrlSample>,
}

#[derive(Deserialize)]
struct BaseUrlSample {
    base_url: String,
    jwks_path: String,
    issued: u64,
    sub: String,
    token: String,
    jwks: String,
}

/// Tokens of the `jwt()` plugin with its default settings, for base URLs with and without slash, path, port and upper case.
#[test]
fn jwks_preset_accepts_tokens_of_every_form_of_base_url() {
    let samples: BaseUrls = serde_json::from_str(include_str!("../vectors/better-auth-base-urls.json")).unwrap();
    for sample in &samples.tokens {
        let validation = Validation::better_auth_jwks(&sample.base_url);
        let (clock, _) = Clock::fixed(sample.issued);
        let set = JwkSet::parse(&sample.jwks).unwrap();
        let verifier = Verifier::new(set, validation).unwrap().with_clock(clock);
        assert_eq!(verify(&verifier, &sample.token).unwrap().user_id(), sample.sub, "{}", sample.base_url);

        let keys = RemoteJwkSet::better_auth(&sample.base_url, RemoteJwkSetOptions::new());
        // http is allowed to loopback hosts only, and none of these URLs is fetched.
        assert!(format!("{:?}", keys.unwrap()).contains(&format!("{}\"", sample.jwks_path)), "{}", sample.base_url);
    }
    assert_eq!(samples.tokens.len(), 5);
}

/// Tokens with the form of Better Auth's OAuth provider 1.7, signed with a test key.
#[test]
fn oauth_preset_accepts_access_tokens_of_users_only() {
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let validation = Validation::better_auth_oauth("https://app.example/", "https://api.example");
    let verifier = Verifier::new(issuer.jwk_set(), validation).unwrap();
    let token = || {
        issuer
            .access_token("awroGELRKynayhrkUY8vlg7fLYiAWsqC")
            .header("typ", "at+jwt")
            .claim("iss", "https://app.example/api/auth")
            .claim("aud", json!(["https://api.example", "https://app.example/api/auth/oauth2/userinfo"]))
            .claim("client_id", "calendar")
            .claim("azp", "calendar")
            .claim("scope", "openid tasks:read")
            .claim("sid", "session-1")
    };
    let user = verify(&verifier, &token().sign()).unwrap();
    assert_eq!((user.client_id(), user.has_scope("tasks:read")), (Some("calendar"), true));
    assert!(!user.has_scope("tasks:write"));

    for (token, error) in [
        (token().without_header("typ"), VerifyError::InvalidTokenType),
        (token().header("typ", "JWT"), VerifyError::InvalidTokenType),
        (token().claim("iss", "https://app.example"), VerifyError::InvalidIssuer),
        (token().claim("iss", "https://app.example/api/auth/"), VerifyError::InvalidIssuer),
        (token().claim("aud", "https://app.example"), VerifyError::InvalidAudience),
        (token().claim("sub", "calendar"), VerifyError::SubjectIsClient),
        (token().without_claim("sub"), VerifyError::InvalidSubject),
        (token().claim("cnf", json!({"jkt": "x"})), VerifyError::SenderConstrained),
    ] {
        assert_eq!(verify(&verifier, &token.sign()), Err(error), "{token:?}");
    }
}
