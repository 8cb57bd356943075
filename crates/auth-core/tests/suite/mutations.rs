//! Whatever is done to a good token of any algorithm, it is good no longer; and nothing that is read makes a panic.
//!
//! Each run tries some thousand changes. `FUZZ_SECONDS=600 cargo test --release -p auth-core --test suite mutations` goes on
//! for ten minutes a test.

use std::time::{Duration, Instant};

use auth_core::test_util::{self, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, Clock, JwkSet, VerificationKeys, Verifier};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestCaseError, TestRunner};

use crate::support::{NOW, rsa_key, sure, verify};

/// One change to a text, wherever it falls.
#[derive(Clone, Debug)]
enum Change {
    Replace(usize, char),
    Insert(usize, char),
    Remove(usize, usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    FlipBit(usize, u8),
    SpliceFrom(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let at = || any::<usize>();
    let letter = || {
        prop_oneof![
            8 => proptest::char::ranges(vec!['A'..='Z', 'a'..='z', '0'..='9', '-'..='-', '_'..='_'].into()),
            2 => proptest::sample::select(vec!['.', '=', '+', '/', ' ', '\n', '\0', 'é', '{', '"', '\\', '\u{2028}']),
        ]
    };
    prop_oneof![
        (at(), letter()).prop_map(|(at, letter)| Change::Replace(at, letter)),
        (at(), letter()).prop_map(|(at, letter)| Change::Insert(at, letter)),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (at(), 1..40_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (at(), at()).prop_map(|(one, other)| Change::Swap(one, other)),
        (at(), 0..8_u8).prop_map(|(at, bit)| Change::FlipBit(at, bit)),
        (at(), at()).prop_map(|(at, from)| Change::SpliceFrom(at, from)),
    ]
}

/// Makes the change; `other` is another good text to take parts from.
fn apply(text: &str, change: &Change, other: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let foreign: Vec<char> = other.chars().collect();
    let place = |at: usize| at % letters.len().max(1);
    let mut bent = letters.clone();
    match *change {
        _ if letters.is_empty() => {}
        Change::Replace(at, letter) => bent[place(at)] = letter,
        Change::Insert(at, letter) => bent.insert(place(at), letter),
        Change::Remove(at, length) => drop(bent.drain(place(at)..(place(at) + length).min(letters.len()))),
        Change::Repeat(at, length) => {
            let part: Vec<_> = letters[place(at)..(place(at) + length).min(letters.len())].to_vec();
            bent.splice(place(at)..place(at), part);
        }
        Change::Swap(one, other) => bent.swap(place(one), place(other)),
        Change::FlipBit(at, bit) => {
            let flipped = u32::from(letters[place(at)]) ^ (1 << bit);
            bent[place(at)] = char::from_u32(flipped).unwrap_or('?');
        }
        Change::SpliceFrom(at, from) => {
            bent.truncate(place(at));
            bent.extend(&foreign[from % foreign.len().max(1)..]);
        }
    }
    bent.into_iter().collect()
}

/// Each algorithm's key in one set, which remembers what it found good, and the shared secret beside it.
fn everything() -> (Verifier, Vec<String>) {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es512] {
        issuer.rotate(algorithm);
    }
    issuer.add_key(rsa_key());
    issuer.add_key(SigningKey::generate(Algorithm::Ps256, "ps256"));
    let token = || issuer.access_token("ann").issued_at(NOW);
    let mut tokens: Vec<_> = issuer.keys().iter().map(|key| token().key(key).sign()).collect();
    tokens.push(token().secret(test_util::SECRET).header("alg", "HS256").sign());
    let (clock, _) = Clock::fixed(NOW);
    let keys = VerificationKeys::from(issuer.jwk_set().with_signature_cache(64)).and(test_util::secret());
    (sure(Verifier::try_new(keys, issuer.policy())).with_clock(clock), tokens)
}

/// Runs a property for some cases, or as long as `FUZZ_SECONDS` says.
fn soak<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let long = std::env::var("FUZZ_SECONDS").ok().and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
    let start = Instant::now();
    let mut cases = 0_u32;
    loop {
        let config = Config { failure_persistence: None, cases: 2000, ..Config::default() };
        if let Err(problem) = TestRunner::new(config).run(strategy, &property) {
            unreachable!("{problem}");
        }
        cases += 2000;
        if long.is_none_or(|long| start.elapsed() >= long) {
            break;
        }
    }
    eprintln!("{cases} cases in {:?}", start.elapsed());
}

#[test]
fn no_change_to_a_token_of_any_algorithm_is_accepted() {
    let (verifier, tokens) = everything();
    for token in &tokens {
        assert!(verify(&verifier, token).is_ok());
    }
    let changes = (any::<usize>(), any::<usize>(), prop::collection::vec(change(), 1..4));
    soak(&changes, |(which, other, changes)| {
        let (token, other) = (&tokens[which % tokens.len()], &tokens[other % tokens.len()]);
        let bent = changes.iter().fold(token.clone(), |bent, change| apply(&bent, change, other));
        // Two changes can undo each other, or lead to the other token.
        prop_assert!(verify(&verifier, &bent).is_err() || tokens.contains(&bent), "{bent}");
        Ok(())
    });
}

#[test]
fn what_is_signed_and_accepted_has_one_spelling_and_says_what_was_said() {
    let (verifier, _) = everything();
    let base_url = "https://issuer.example";
    let token = || TokenBuilder::for_user("ann").issued_at(NOW).claim("iss", base_url).claim("aud", base_url);
    let (header, payload) = (r#"{"alg":"HS256","typ":"JWT"}"#, token().payload_text());
    let changes = (any::<bool>(), prop::collection::vec(change(), 0..3));
    soak(&changes, |(in_header, changes)| {
        let bend = |text: &str| changes.iter().fold(text.to_owned(), |bent, change| apply(&bent, change, &payload));
        let token = if in_header {
            token().raw_header(bend(header)).sign()
        } else {
            token().raw_payload(bend(&payload)).sign()
        };
        if let Ok(user) = verify(&verifier, &token) {
            let parts: Vec<_> = token.split('.').map(|part| URL_SAFE_NO_PAD.decode(part).unwrap_or_default()).collect();
            let again: Vec<_> = parts.iter().map(|part| URL_SAFE_NO_PAD.encode(part)).collect();
            prop_assert_eq!(again.join("."), token);
            let claims: serde_json::Value = serde_json::from_slice(&parts[1]).unwrap_or_default();
            prop_assert_eq!(claims["sub"].as_str(), Some(user.user_id()));
        }
        Ok(())
    });
}

#[test]
fn no_change_to_a_jwk_set_makes_a_panic_or_an_unnamed_algorithm() {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    issuer.rotate(Algorithm::Es256);
    issuer.rotate(Algorithm::Es512);
    issuer.add_key(rsa_key());
    let document = issuer.document();
    let known = issuer.keys().len();
    soak(&prop::collection::vec(change(), 1..6), |changes| {
        let bent = changes.iter().fold(document.clone(), |bent, change| apply(&bent, change, &document));
        if let Ok(set) = JwkSet::parse(&bent) {
            prop_assert!(set.len() <= known + 8);
        }
        Ok(())
    });
}
