//! DPoP proofs: any text, and signed proofs with any `htu` and other members. No panic, and none is accepted without the bound key or
//! for another host.

#![no_main]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::Algorithm;
use auth_core::dpop::{DpopError, DpopVerifier, ReplayEntry, ReplayFuture, ReplayStore, RequestHead};
use auth_core::test_util::{SigningKey, TokenBuilder};
use libfuzzer_sys::fuzz_target;

const NOW: u64 = 1_800_000_000;
const TOKEN: &str = "access-token";
/// Its hash, and what every proof needs.
const CLAIMS: &str = r#""jti":"1","htm":"GET","iat":1800000000,"ath":"Pxa-1wifRlPl7yG_0oJNfzqq7MelmOfonFgOFgapzFI""#;

static VERIFIER: LazyLock<DpopVerifier> =
    LazyLock::new(|| DpopVerifier::new("https://api.example").unwrap().with_replay_store(ForgetfulStore));
static KEYS: LazyLock<[SigningKey; 2]> =
    LazyLock::new(|| [(); 2].map(|()| SigningKey::generate(Algorithm::EdDsa, "client")));

/// Every input is the first.
struct ForgetfulStore;

impl ReplayStore for ForgetfulStore {
    fn insert(&self, _: ReplayEntry) -> ReplayFuture<'_> {
        Box::pin(async { Ok(()) })
    }
}

/// Whether the bound key signs; a proof in compact form; the path of the request; and for a signed proof `htu`, by default the URL of
/// the request, and texts after the required members of header and payload.
type Input<'t> = (bool, &'t str, &'t str, &'t str, &'t str, &'t str);

fuzz_target!(|input: Input<'_>| {
    let (is_bound, text, path, htu, header, payload) = input;
    assert!(verify(text, path).is_err(), "no one has signed it");

    let own_url = format!("https://api.example{path}");
    let htu = if htu.is_empty() { &*own_url } else { htu };
    let key = &KEYS[usize::from(!is_bound)];
    let valid_header = format!(
        r#"{{"typ":"dpop+jwt","alg":"EdDSA","jwk":{{"kty":"OKP","crv":"Ed25519","x":{}}}{header}}}"#,
        key.jwk()["x"]
    );
    let proof = TokenBuilder::dpop_proof(key, "GET", "", TOKEN)
        .raw_header(valid_header)
        .raw_payload(format!(r#"{{{CLAIMS},"htu":"{htu}"{payload}}}"#));
    let result = verify(&proof.sign(), path);
    assert!(is_bound || result.is_err(), "another key");
    if result.is_ok() && !htu.contains(['"', '\\']) {
        let origin = htu.get(..8).map(str::to_ascii_lowercase);
        let authority = htu.get(8..).and_then(|rest| rest.split(['/', '?', '#']).next());
        assert_eq!(origin.as_deref(), Some("https://"), "{htu:?}");
        assert!(authority.is_some_and(|authority| !authority.contains('@')), "{htu:?}");
        let host = authority.unwrap_or_default().split(':').next().unwrap_or_default();
        assert!(host.contains('%') || host.eq_ignore_ascii_case("api.example"), "{htu:?}");
        assert!(path.starts_with('/'), "{path:?}");
    }
});

fn verify(proof: &str, path: &str) -> Result<(), DpopError> {
    let request = RequestHead::new("GET", path).dpop([proof.as_bytes()]);
    let thumbprint = KEYS[0].thumbprint();
    match pin!(VERIFIER.verify_proof(&request, TOKEN, &thumbprint, NOW)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the store answers at once"),
    }
}
