//! Real tokens, made by Better Auth 1.7 with test keys.

use std::collections::BTreeMap;

use auth_core::test_util::TokenBuilder;
use auth_core::{Clock, ConfigError, JwkSet, SharedSecret, Validation, VerificationKeys, Verifier, VerifyError};
use serde::Deserialize;

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
    fn read() -> Self {
        let text = include_str!("../vectors/better-auth-verifier.json");
        serde_json::from_str(text).unwrap_or_else(|_| unreachable!("the file is checked in"))
    }

    /// The shared secret alone.
    fn open(&self) -> Verifier {
        let (clock, _) = Clock::fixed(1_795_180_000);
        Verifier::new(self.secret().into(), Validation::new()).with_clock(clock)
    }

    /// The shared secret and the JWK Set.
    fn strict(&self) -> Verifier {
        let set: JwkSet = self.jwks.to_string().parse().unwrap_or_else(|_| unreachable!("the keys are good"));
        let policy = Validation::better_auth_shared_secret(&self.issuer, &self.audience);
        let (clock, _) = Clock::fixed(1_795_180_000);
        let verifier = Verifier::try_new(VerificationKeys::from(self.secret()).and(set), policy);
        verifier.unwrap_or_else(|_| unreachable!("issuer and audience are set")).with_clock(clock)
    }

    fn secret(&self) -> SharedSecret {
        self.secret.parse().unwrap_or_else(|_| unreachable!("no placeholder"))
    }
}

#[test]
fn every_access_token_is_accepted() {
    let vectors = Vectors::read();
    let (strict, open) = (vectors.strict(), vectors.open());
    for (name, token) in &vectors.accept {
        if name.starts_with("eddsa") || name.starts_with("rs256") {
            assert_eq!(verify(&strict, token).unwrap().email(), Some("ada@example.com"), "{name}");
            assert_eq!(verify(&open, token), Err(VerifyError::InvalidAlgorithm), "{name}, without the set");
        } else if name.starts_with("hs256-minimal") {
            assert_eq!(verify(&strict, token), Err(VerifyError::InvalidIssuer), "{name} names no issuer");
            assert_eq!(verify(&open, token).unwrap().user_id(), "awroGELRKynayhrkUY8vlg7fLYiAWsqC", "{name}");
        } else {
            let user = verify(&strict, token).unwrap();
            assert_eq!(user.user_id(), "awroGELRKynayhrkUY8vlg7fLYiAWsqC", "{name}");
            assert_eq!(user.email(), Some("ada@example.com"), "{name}");
        }
    }
    assert_eq!(vectors.accept.len(), 7);
}

#[test]
fn every_bent_token_is_refused() {
    let vectors = Vectors::read();
    let strict = vectors.strict();
    for (name, token) in &vectors.reject {
        assert!(verify(&strict, token).is_err(), "{name}");
    }
    assert_eq!(vectors.reject.len(), 40);
}

#[test]
fn bent_tokens_are_refused_for_the_right_reason() {
    let vectors = Vectors::read();
    let strict = vectors.strict();
    let reason = |start: &str| {
        let (_, token) = vectors.reject.iter().find(|(name, _)| name.starts_with(start)).unwrap();
        verify(&strict, token).unwrap_err()
    };
    assert_eq!(reason("expired"), VerifyError::Expired);
    assert_eq!(reason("wrong-secret"), VerifyError::InvalidSignature);
    assert_eq!(reason("alg-none"), VerifyError::InvalidAlgorithm);
    assert_eq!(reason("hs256-signed-with-rsa-public-pem"), VerifyError::InvalidSignature);
    assert_eq!(reason("missing-sub"), VerifyError::InvalidSubject);
    assert_eq!(reason("missing-exp"), VerifyError::MissingExpiration);
    assert_eq!(reason("exp-string"), VerifyError::InvalidNumericDate);
    assert_eq!(reason("nbf-future"), VerifyError::NotYetValid);
    assert_eq!(reason("iat-far-future"), VerifyError::IssuedInFuture);
    assert_eq!(reason("wrong-iss"), VerifyError::InvalidIssuer);
    assert_eq!(reason("wrong-aud"), VerifyError::InvalidAudience);
    assert_eq!(reason("missing-aud"), VerifyError::InvalidAudience);
    assert_eq!(reason("email-verification-shape-unexpired"), VerifyError::InvalidSubject);
    assert_eq!(reason("crit-header"), VerifyError::UnsupportedCriticalHeader);
    assert_eq!(reason("std-base64-padding"), VerifyError::InvalidBase64Url);
    assert_eq!(reason("better-auth-cookieCache-jwe"), VerifyError::NotCompactJws);
}

#[test]
fn a_token_of_64_kib_is_refused_unread() {
    let vectors = Vectors::read();
    let huge = TokenBuilder::for_user("ann").secret(&*vectors.secret).claim("pad", "x".repeat(65_536)).sign();
    assert_eq!(verify(&vectors.strict(), &huge), Err(VerifyError::TokenTooLong));
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
    why: Option<String>,
}

/// Also the tokens that are made to be mistaken for access tokens: e-mail links and session cookies.
#[test]
fn of_all_that_better_auth_signs_only_access_tokens_are_accepted() {
    let samples: Samples = serde_json::from_str(include_str!("../vectors/better-auth-samples.json")).unwrap();
    let (clock, control) = Clock::fixed(samples.issued + 20);
    for sample in &samples.tokens {
        let secret: SharedSecret = sample.secret.parse().unwrap();
        let verifier = Verifier::new(secret.into(), Validation::new()).with_clock(clock.clone());
        match (&sample.sub, &sample.why) {
            (Some(sub), None) => {
                assert_eq!(verify(&verifier, &sample.token).unwrap().user_id(), sub, "{}", sample.name);
                control.advance(3600);
                assert_eq!(verify(&verifier, &sample.token), Err(VerifyError::Expired), "{}", sample.name);
                control.set(samples.issued + 20);
            }
            (_, why) => {
                let answer = verify(&verifier, &sample.token).unwrap_err();
                assert_eq!(Some(format!("{answer:?}")), *why, "{}", sample.name);
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
    why: Option<String>,
    token: String,
    jwks: String,
}

/// Each algorithm that the `jwt()` plugin can be told to sign with, its rotation, and its session cookie.
#[test]
fn of_all_that_the_jwt_plugin_signs_only_access_tokens_of_known_algorithms_are_accepted() {
    let samples: Asymmetric = serde_json::from_str(include_str!("../vectors/better-auth-asymmetric.json")).unwrap();
    for sample in &samples.tokens {
        let set = match JwkSet::parse(&sample.jwks) {
            Ok(set) => set,
            Err(problem) => {
                assert_eq!((problem, sample.why.as_deref()), (ConfigError::NoUsableJwk, Some("Unusable")));
                continue;
            }
        };
        let (clock, control) = Clock::fixed(sample.issued + 20);
        let policy = Validation::new().issuer(&*sample.issuer).audience(&*sample.audience);
        let verifier = Verifier::try_new(set, policy).unwrap().with_clock(clock);
        let answer = verify(&verifier, &sample.token);
        match &sample.why {
            None => assert_eq!(answer.unwrap().user_id(), sample.sub, "{}", sample.name),
            Some(why) => assert_eq!(&format!("{:?}", answer.unwrap_err()), why, "{}", sample.name),
        }
        if sample.why.is_none() {
            control.advance(11 * 366 * 86_400);
            assert_eq!(verify(&verifier, &sample.token), Err(VerifyError::Expired), "{}", sample.name);
        }
    }
    assert_eq!(samples.tokens.len(), 31);
}
