//! Tokens of two issuers with the same `kid`, with any `iss` and other claims: no panic, and a user only of the issuer that signed.

#![no_main]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{SigningKey, TokenBuilder};
use auth_core::{Algorithm, JwkSet, Validation, Verifier};
use libfuzzer_sys::fuzz_target;

const ISSUERS: [&str; 2] = ["https://a.example", "https://b.example"];

static VERIFIER_AND_KEYS: LazyLock<(Verifier, [SigningKey; 2])> = LazyLock::new(|| {
    let keys = [(); 2].map(|()| SigningKey::generate(Algorithm::EdDsa, "key-1"));
    let set = |key: &SigningKey| JwkSet::parse(&format!(r#"{{"keys":[{}]}}"#, key.jwk())).unwrap();
    let validation = |issuer: &str| Validation::new().issuer(issuer).audience("api");
    let verifier = Verifier::new(set(&keys[0]), validation(ISSUERS[0])).unwrap();
    (verifier.with_issuer(set(&keys[1]), validation(ISSUERS[1])).unwrap(), keys)
});

/// Which issuer signs, which one `iss` names (another value: none), and text after the required claims. The space ends the number
/// before it.
type Input<'t> = (bool, u8, &'t str);

fuzz_target!(|input: Input<'_>| {
    let (signer, named, claims) = input;
    let (verifier, keys) = &*VERIFIER_AND_KEYS;
    let signer = usize::from(signer);
    let iss = ISSUERS.get(usize::from(named)).copied().unwrap_or("https://c.example");
    let token = TokenBuilder::for_user("ann")
        .key(&keys[signer])
        .raw_payload(format!(r#"{{"iss":"{iss}","aud":"api","sub":"ann","exp":253402300799 {claims}}}"#))
        .sign();
    match pin!(verifier.verify(&token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(user)) => assert_eq!((user.issuer(), iss), (Some(ISSUERS[signer]), ISSUERS[signer])),
        Poll::Ready(Err(_)) => {}
        Poll::Pending => unreachable!("the keys are available"),
    }
});
