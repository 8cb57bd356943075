//! What is measured: verifications, what they are made of, and what others take for them.

use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, SECRET, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, Keys, Validation, Verifier};
use aws_lc_rs::hmac;
use aws_lc_rs::signature::{self, ParsedPublicKey, VerificationAlgorithm};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{DecodingKey, decode};
use serde::Deserialize;

const ISSUER: &str = "https://app.example";
const AUDIENCE: &str = "todo-api";

/// One token, and what is done with it.
pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) ours: Box<dyn FnMut()>,
    /// The signature checked and nothing else, by the library that we use, with a prepared key.
    pub(crate) primitive: Box<dyn FnMut()>,
    /// jsonwebtoken's `decode`, as near to our rules as it can be told to come.
    pub(crate) decode: Option<Box<dyn FnMut()>>,
}

pub(crate) fn cases() -> Vec<Case> {
    let shared_secret = [ordinary(), long()].map(|token| hs256(token.sign()));
    let first_sight = Algorithm::ALL.map(|algorithm| public_key(algorithm, 0));
    let again = [public_key(Algorithm::EdDsa, 1024), public_key(Algorithm::Es512, 1024)];
    shared_secret.into_iter().chain(first_sight).chain(again).collect()
}

/// The whole user object, as Better Auth writes it unless told otherwise: some 320 bytes of token.
fn ordinary() -> TokenBuilder {
    TokenBuilder::for_user("awroGELRKynayhrkUY8vlg7fLYiAWsqC")
        .without_header("typ")
        .claim("name", "Ada Lovelace")
        .claim("emailVerified", true)
        .claim("iss", ISSUER)
        .claim("aud", AUDIENCE)
}

/// The same user with a picture in a data URL: 4 KiB of token.
fn long() -> TokenBuilder {
    ordinary().claim("image", format!("data:image/png;base64,{}", "iVBORw0KGgo+".repeat(230)))
}

fn hs256(token: String) -> Case {
    let (message, mac) = message_and_signature(&token);
    let key = hmac::Key::new(hmac::HMAC_SHA256, SECRET.as_bytes());
    let policy = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    Case {
        name: format!("HS256, {} bytes", token.len()),
        ours: verification(Verifier::new(Keys::from(test_util::secret()), policy), token.clone()),
        primitive: Box::new(move || hmac::verify(&key, black_box(&message), black_box(&mac)).unwrap()),
        decode: Some(jsonwebtokens_decode(token)),
    }
}

/// A token that comes for the first time each time, or one that comes again to a set with a memory.
fn public_key(algorithm: Algorithm, remembered: usize) -> Case {
    let issuer = TestIssuer::new(algorithm);
    let token = issuer.access_token("awroGELRKynayhrkUY8vlg7fLYiAWsqC").claim("name", "Ada Lovelace").sign();
    let (message, signature) = message_and_signature(&token);
    let key = ParsedPublicKey::new(primitive(algorithm), issuer.key().public_bytes()).unwrap();
    Case {
        name: format!("{}, {} bytes{}", algorithm.name(), token.len(), if remembered == 0 { "" } else { ", again" }),
        ours: verification(
            Verifier::try_new(issuer.jwk_set().with_signature_cache(remembered), issuer.policy()).unwrap(),
            token,
        ),
        primitive: Box::new(move || key.verify_sig(black_box(&message), black_box(&signature)).unwrap()),
        decode: None,
    }
}

fn message_and_signature(token: &str) -> (Vec<u8>, Vec<u8>) {
    let (message, signature) = token.rsplit_once('.').unwrap();
    (message.into(), URL_SAFE_NO_PAD.decode(signature).unwrap())
}

fn verification(verifier: Verifier, token: String) -> Box<dyn FnMut()> {
    Box::new(move || match pin!(verifier.verify(black_box(&token))).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(answer) => drop(black_box(answer.unwrap())),
        Poll::Pending => unreachable!("known keys need no waiting"),
    })
}

/// What our user holds, for jsonwebtoken to fill.
#[derive(Deserialize)]
#[expect(dead_code, reason = "filling it is what is measured")]
struct Claims {
    sub: String,
    email: Option<String>,
    name: Option<String>,
    iat: Option<u64>,
    exp: u64,
}

fn jsonwebtokens_decode(token: String) -> Box<dyn FnMut()> {
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
        _ => unreachable!("all are named"),
    }
}
