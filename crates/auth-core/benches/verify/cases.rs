//! What is measured: verifications, the primitives they use, and jsonwebtoken's `decode`.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, SECRET, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser, RevocationList, Revocations as _, Validation, Verifier};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, decode};
use serde::Deserialize;

const ISSUER: &str = "http://localhost:3000";
const AUDIENCE: &str = "todo-api";
const USER_ID: &str = "awroGELRKynayhrkUY8vlg7fLYiAWsqC";

/// One token and the operations on it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) auth_core: Box<dyn FnMut()>,
    /// The signature check alone, by the same library with a prepared key; for revocations, their check alone.
    pub(crate) primitive: Box<dyn FnMut()>,
    /// jsonwebtoken's `decode` with the same validation, as far as it supports it.
    pub(crate) jsonwebtoken: Option<Box<dyn FnMut()>>,
    /// The maximum ratio to `jsonwebtoken` or, without it, to `primitive`.
    pub(crate) max_ratio: Option<f64>,
}

pub(crate) fn cases() -> Vec<Case> {
    let hs256 = [web_app_token(), long_token()].map(|token| hs256(token.sign()));
    let first_use = Algorithm::ALL.map(|algorithm| public_key(algorithm, 0));
    let cached = [public_key(Algorithm::EdDsa, 1024), public_key(Algorithm::Es512, 1024)];
    let revocations = [None, Some(0), Some(10_000)].map(with_revocations);
    hs256.into_iter().chain(first_use).chain(cached).chain(revocations).collect()
}

/// The check of a token with a session against a list of this many sessions and subjects, none of them its own.
pub(crate) fn revocation_check(entries: usize) -> Box<dyn FnMut()> {
    let (revocations, user) = (revocation_list(entries), user_with_session());
    Box::new(move || black_box(&revocations).check(black_box(&user)).unwrap())
}

/// A verification with such a list, or without any.
fn with_revocations(entries: Option<usize>) -> Case {
    let token = session_token().sign();
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    let mut verifier = Verifier::new(test_util::secret(), validation).unwrap();
    if let Some(entries) = entries {
        verifier = verifier.with_revocations(revocation_list(entries));
    }
    Case {
        name: entries.map_or("no revocation list".to_owned(), |entries| format!("{entries} revocations")),
        auth_core: verification(verifier, token),
        primitive: revocation_check(entries.unwrap_or(0)),
        jsonwebtoken: None,
        max_ratio: None,
    }
}

/// Half of the entries name a session, half a subject.
fn revocation_list(entries: usize) -> RevocationList {
    let (list, until) = (RevocationList::new(), 4_000_000_000);
    for n in 0..entries / 2 {
        list.revoke_session(&format!("session-{n:024}"), until, until).unwrap();
        list.revoke_subject(&format!("subject-{n:024}"), until, until).unwrap();
    }
    list
}

fn session_token() -> TokenBuilder {
    TokenBuilder::for_user(USER_ID)
        .claim("email", "ada@example.com")
        .claim("sid", "Zt3kQh0ZrV1nX8cJdW5sYb7mLp2fGa9e")
        .claim("iss", ISSUER)
        .claim("aud", AUDIENCE)
}

fn user_with_session() -> AuthenticatedUser {
    let (verifier, token) = (test_util::verifier(), session_token().sign());
    match pin!(verifier.verify(&token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => unreachable!("the key is available"),
    }
}

/// A token with the header of the web application's, and a name.
fn web_app_token() -> TokenBuilder {
    TokenBuilder::for_user(USER_ID)
        .claim("email", "ada@example.com")
        .claim("name", "Ada Lovelace")
        .claim("iss", ISSUER)
        .claim("aud", AUDIENCE)
}

/// The same user with a picture in a data URL: 4 KiB of token.
fn long_token() -> TokenBuilder {
    web_app_token().claim("image", format!("data:image/png;base64,{}", "iVBORw0KGgo+".repeat(230)))
}

fn hs256(token: String) -> Case {
    let (message, mac) = message_and_signature(&token);
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    Case {
        name: format!("HS256, {} bytes", token.len()),
        auth_core: verification(Verifier::new(test_util::secret(), validation).unwrap(), token.clone()),
        primitive: Box::new(move || hmac::verify(&key, black_box(&message), black_box(&mac)).unwrap()),
        jsonwebtoken: Some(jsonwebtoken_decode(token)),
        max_ratio: Some(0.75),
    }
}

/// Without a signature cache, or with a cache that contains the token.
fn public_key(algorithm: Algorithm, cache_capacity: usize) -> Case {
    let issuer = TestIssuer::new(algorithm);
    let token = issuer.access_token(USER_ID).claim("name", "Ada Lovelace").sign();
    let (message, signature) = message_and_signature(&token);
    let key = ParsedPublicKey::new(primitive(algorithm), issuer.key().public_bytes()).unwrap();
    let set = issuer.jwk_set().with_signature_cache(cache_capacity);
    Case {
        name: format!(
            "{}, {} bytes{}",
            algorithm.name(),
            token.len(),
            if cache_capacity == 0 { "" } else { ", cached" }
        ),
        auth_core: verification(Verifier::new(set, issuer.validation()).unwrap(), token),
        primitive: Box::new(move || key.verify_sig(black_box(&message), black_box(&signature)).unwrap()),
        jsonwebtoken: None,
        max_ratio: (cache_capacity == 0).then_some(1.08),
    }
}

fn message_and_signature(token: &str) -> (Vec<u8>, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    (message.into(), URL_SAFE_NO_PAD.decode(signature).unwrap())
}

fn verification(verifier: Verifier, token: String) -> Box<dyn FnMut()> {
    Box::new(move || match pin!(verifier.verify(black_box(&token))).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => drop(black_box(result.unwrap())),
        Poll::Pending => unreachable!("the key is available"),
    })
}

/// The claims that an `AuthenticatedUser` has, for jsonwebtoken to deserialize.
#[derive(Deserialize)]
#[expect(dead_code, reason = "only the deserialization is measured")]
struct Claims {
    sub: String,
    email: Option<String>,
    name: Option<String>,
    iat: Option<u64>,
    exp: u64,
}

fn jsonwebtoken_decode(token: String) -> Box<dyn FnMut()> {
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = 5;
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    Box::new(move || drop(black_box(decode::<Claims>(black_box(&token), &key, &validation).unwrap())))
}

fn primitive(algorithm: Algorithm) -> &'static dyn VerificationAlgorithm {
    match algorithm {
        Algorithm::EdDsa | Algorithm::Ed25519 => &signature::ED25519,
        Algorithm::Es256 => &signature::ECDSA_P256_SHA256_FIXED,
        Algorithm::Es512 => &signature::ECDSA_P521_SHA512_FIXED,
        Algorithm::Rs256 => &signature::RSA_PKCS1_2048_8192_SHA256,
        Algorithm::Ps256 => &signature::RSA_PSS_2048_8192_SHA256,
        _ => unreachable!("all algorithms are listed"),
    }
}
