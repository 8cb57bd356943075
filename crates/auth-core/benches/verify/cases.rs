//! What is measured: verifications, the primitives they use, and jsonwebtoken's `decode`.

use std::hint::black_box;
use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::adapters::Authenticator;
use auth_core::dpop::{DpopVerifier, ReplayEntry, ReplayFuture, ReplayStore, RequestHead};
use auth_core::test_util::{self, SECRET, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{
    Algorithm, AuthenticatedUser, Clock, DocumentFetcher, FetchFuture, FetchRequest, FetchResponse,
    RemoteRevocationList, RemoteRevocationListOptions, RevocationList, Revocations, Validation, Verifier,
};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, decode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::json;
use tokio::runtime::Runtime;

const ISSUER: &str = "http://localhost:3000";
const AUDIENCE: &str = "todo-api";
const USER_ID: &str = "awroGELRKynayhrkUY8vlg7fLYiAWsqC";
/// An id of a session of Better Auth.
const SESSION_ID: &str = "pQ2vX7mKd0ZtYw4rLs9NbJcHf6GaEu1T";

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
    let revocations = [
        with_revocations("no revocation list", RevocationList::new(), |verifier, _| verifier),
        with_revocations("0 revocations", RevocationList::new(), Verifier::with_revocations),
        with_revocations("10000 revocations", revocation_list(10_000), Verifier::with_revocations),
        with_revocations("10000 revocations, remote", remote_revocation_list(10_000), Verifier::with_revocations),
    ];
    let typed = hs256_with_private_claims(web_app_token().claim("role", "admin").claim("org", SESSION_ID).sign());
    let dpop = [Algorithm::EdDsa, Algorithm::Es256].map(dpop);
    hs256.into_iter().chain([typed]).chain(dpop).chain(first_use).chain(cached).chain(revocations).collect()
}

/// A verification of a token of a session, and the check of its user against this list alone.
fn with_revocations<R: Revocations + Clone>(name: &str, list: R, add: impl FnOnce(Verifier, R) -> Verifier) -> Case {
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    let verifier = add(Verifier::new(test_util::secret(), validation).unwrap(), list.clone());
    let user = user_with_session();
    Case {
        name: name.to_owned(),
        auth_core: verification(verifier, web_app_token().sign()),
        primitive: Box::new(move || black_box(&list).check(black_box(&user)).unwrap()),
        jsonwebtoken: None,
        max_ratio: None,
    }
}

/// Half of the entries name a session, half a subject, none of them the token's.
fn revocation_list(entries: usize) -> RevocationList {
    let (list, until) = (RevocationList::new(), 4_000_000_000);
    for n in 0..entries / 2 {
        list.revoke_session(&format!("session-{n:024}"), until, until).unwrap();
        list.revoke_subject(&format!("subject-{n:024}"), until, until).unwrap();
    }
    list
}

/// The same entries, fetched once.
fn remote_revocation_list(entries: usize) -> RemoteRevocationList {
    static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
    let (until, now) = (4_000_000_000_u64, 1_800_000_000);
    let revocations: Vec<_> = (0..entries / 2)
        .flat_map(|n| {
            let session = json!({"sid": format!("session-{n:024}"), "before": until, "until": until});
            [session, json!({"sub": format!("subject-{n:024}"), "before": until, "until": until})]
        })
        .collect();
    let document = TokenBuilder::for_user(USER_ID)
        .without_claim("sub")
        .header("typ", "revocations+jwt")
        .issued_at(now)
        .claim("revocations", revocations)
        .sign();
    let options = RemoteRevocationListOptions::new().poll_interval_seconds(3600).with_clock(Clock::fixed(now).0);
    let url = "https://app.example/api/auth/revocations";
    let list = RemoteRevocationList::with_fetcher(
        url,
        test_util::secret(),
        &Validation::new(),
        options,
        StaticDocument(document),
    );
    let list = list.unwrap();
    RUNTIME.block_on(list.prefetch()).unwrap();
    list
}

struct StaticDocument(String);

impl DocumentFetcher for StaticDocument {
    fn fetch<'f>(&'f self, _: FetchRequest<'f>) -> FetchFuture<'f> {
        Box::pin(async { Ok(FetchResponse::document(self.0.as_bytes())) })
    }
}

fn user_with_session() -> AuthenticatedUser {
    let (verifier, token) = (test_util::verifier(), web_app_token().sign());
    match pin!(verifier.verify(&token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result.unwrap(),
        Poll::Pending => unreachable!("the key is available"),
    }
}

/// A token with the header and the claims of the web application's.
fn web_app_token() -> TokenBuilder {
    TokenBuilder::for_user(USER_ID)
        .claim("email", "ada@example.com")
        .claim("sid", SESSION_ID)
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

/// The same with claims of the service's own, which jsonwebtoken deserializes too.
fn hs256_with_private_claims(token: String) -> Case {
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    let verifier = Verifier::new(test_util::secret(), validation).unwrap();
    Case {
        name: format!("HS256, {} bytes, typed", token.len()),
        auth_core: verification_as::<PrivateClaims>(verifier, token.clone()),
        jsonwebtoken: Some(jsonwebtoken_decode_as::<ClaimsWithPrivate>(token.clone())),
        ..hs256(token)
    }
}

/// Without a signature cache, or with a cache that contains the token.
fn public_key(algorithm: Algorithm, cache_capacity: usize) -> Case {
    let issuer = TestIssuer::new(algorithm);
    let token = issuer.access_token(USER_ID).claim("sid", SESSION_ID).sign();
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

/// A request with an HS256 token that is bound to a key, and its proof. The replay store accepts it each time. Compare it with the
/// HS256 token alone; the primitive is the signature of the proof.
fn dpop(algorithm: Algorithm) -> Case {
    struct ForgetfulStore;
    impl ReplayStore for ForgetfulStore {
        fn insert(&self, _: ReplayEntry) -> ReplayFuture<'_> {
            Box::pin(async { Ok(()) })
        }
    }
    let key = SigningKey::generate(algorithm, "client");
    let token = web_app_token().bound_to(&key).sign();
    let proof = TokenBuilder::dpop_proof(&key, "GET", "https://api.example/api/tasks", &token).sign();
    let (message, signature) = message_and_signature(&proof);
    let public_key = ParsedPublicKey::new(primitive(algorithm), key.public_bytes()).unwrap();
    let verifier = Verifier::new(test_util::secret(), Validation::new().issuer(ISSUER).audience(AUDIENCE)).unwrap();
    let dpop = DpopVerifier::new("https://api.example").unwrap().max_age_seconds(300).unwrap();
    let authenticator = Authenticator::new(verifier, "todo").with_dpop(dpop.with_replay_store(ForgetfulStore));
    let field = format!("DPoP {token}");
    Case {
        name: format!("HS256 and DPoP {}", algorithm.name()),
        auth_core: Box::new(move || {
            let request = RequestHead::new("GET", "/api/tasks")
                .authorization([black_box(field.as_bytes())])
                .dpop([black_box(proof.as_bytes())]);
            let future = pin!(authenticator.authenticate_request::<()>(&request));
            match future.poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(result) => drop(black_box(result.unwrap())),
                Poll::Pending => unreachable!("the key is available"),
            }
        }),
        primitive: Box::new(move || public_key.verify_sig(black_box(&message), black_box(&signature)).unwrap()),
        jsonwebtoken: None,
        max_ratio: None,
    }
}

fn message_and_signature(token: &str) -> (Vec<u8>, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    (message.into(), URL_SAFE_NO_PAD.decode(signature).unwrap())
}

fn verification(verifier: Verifier, token: String) -> Box<dyn FnMut()> {
    verification_as::<()>(verifier, token)
}

fn verification_as<C: DeserializeOwned + 'static>(verifier: Verifier, token: String) -> Box<dyn FnMut()> {
    Box::new(move || {
        match pin!(verifier.verify_as::<C>(black_box(&token))).poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(result) => drop(black_box(result.unwrap())),
            Poll::Pending => unreachable!("the key is available"),
        }
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

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the deserialization is measured")]
struct PrivateClaims {
    role: String,
    org: Option<String>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "only the deserialization is measured")]
struct ClaimsWithPrivate {
    sub: String,
    email: Option<String>,
    name: Option<String>,
    iat: Option<u64>,
    exp: u64,
    role: String,
    org: Option<String>,
}

fn jsonwebtoken_decode(token: String) -> Box<dyn FnMut()> {
    jsonwebtoken_decode_as::<Claims>(token)
}

fn jsonwebtoken_decode_as<C: DeserializeOwned + 'static>(token: String) -> Box<dyn FnMut()> {
    let mut validation = jsonwebtoken::Validation::new(jsonwebtoken::Algorithm::HS256);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
    validation.validate_nbf = true;
    validation.leeway = 5;
    let key = DecodingKey::from_secret(SECRET.as_bytes());
    Box::new(move || drop(black_box(decode::<C>(black_box(&token), &key, &validation).unwrap())))
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
