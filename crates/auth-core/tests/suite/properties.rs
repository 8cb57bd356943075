//! Properties of every input. `fuzz` has targets for the same properties with coverage-guided input.

use auth_core::test_util::{self, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, JwkSet, Validation, VerificationKeys, Verifier, VerifyError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use crate::support::{NOW, rsa_key, token_builder, verifier_at_now, verify, verify_error};

fn verifier() -> Verifier {
    verifier_at_now(test_util::secret(), Validation::new())
}

/// The segments of a token, decoded and encoded again.
fn reencode(token: &str) -> String {
    let segments: Vec<_> =
        token.split('.').map(|segment| URL_SAFE_NO_PAD.encode(URL_SAFE_NO_PAD.decode(segment).unwrap())).collect();
    segments.join(".")
}

#[test]
fn token_with_one_changed_byte_is_rejected() {
    let (verifier, token) = (verifier(), token_builder().sign());
    for at in 0..token.len() {
        for byte in 0..=0x7f_u8 {
            let mut changed = token.clone().into_bytes();
            if changed[at] != byte {
                changed[at] = byte;
                let changed = String::from_utf8(changed).unwrap();
                assert!(verify(&verifier, &changed).is_err(), "byte {at} as {byte:#x}");
            }
        }
    }
}

#[test]
fn token_with_missing_bytes_is_rejected() {
    let (verifier, token) = (verifier(), token_builder().sign());
    for at in 0..token.len() {
        assert!(verify(&verifier, &token[..at]).is_err(), "up to {at}");
        assert!(verify(&verifier, &token[at + 1..]).is_err(), "after {at}");
        assert!(verify(&verifier, &format!("{}{}", &token[..at], &token[at + 1..])).is_err(), "without {at}");
    }
}

#[test]
fn token_with_an_inserted_byte_is_rejected() {
    let (verifier, token) = (verifier(), token_builder().sign());
    for at in 0..=token.len() {
        for byte in 0..=0x7f_u8 {
            let changed = format!("{}{}{}", &token[..at], char::from(byte), &token[at..]);
            assert!(verify(&verifier, &changed).is_err(), "{byte:#x} at {at}");
        }
    }
}

/// One change to a text. Positions are taken modulo its length.
#[derive(Clone, Debug)]
enum Change {
    Replace(usize, char),
    Insert(usize, char),
    Remove(usize, usize),
    Repeat(usize, usize),
    Swap(usize, usize),
    FlipBit(usize, u8),
    /// Replaces the rest by the rest of another text.
    Splice(usize, usize),
}

fn change() -> impl Strategy<Value = Change> {
    let position = || any::<usize>();
    let character = || {
        prop_oneof![
            8 => proptest::char::ranges(vec!['A'..='Z', 'a'..='z', '0'..='9', '-'..='-', '_'..='_'].into()),
            2 => proptest::sample::select(vec!['.', '=', '+', '/', ' ', '\n', '\0', 'é', '{', '"', '\\', '\u{2028}']),
        ]
    };
    prop_oneof![
        (position(), character()).prop_map(|(at, character)| Change::Replace(at, character)),
        (position(), character()).prop_map(|(at, character)| Change::Insert(at, character)),
        (position(), 1..40_usize).prop_map(|(at, length)| Change::Remove(at, length)),
        (position(), 1..40_usize).prop_map(|(at, length)| Change::Repeat(at, length)),
        (position(), position()).prop_map(|(first, second)| Change::Swap(first, second)),
        (position(), 0..8_u8).prop_map(|(at, bit)| Change::FlipBit(at, bit)),
        (position(), position()).prop_map(|(at, from)| Change::Splice(at, from)),
    ]
}

/// Applies the changes in turn. `other` is the source of [`Change::Splice`].
fn apply(text: &str, changes: &[Change], other: &str) -> String {
    changes.iter().fold(text.to_owned(), |text, change| apply_one(&text, change, other))
}

fn apply_one(text: &str, change: &Change, other: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    if characters.is_empty() {
        return String::new();
    }
    let length = characters.len();
    let range = |at: usize, count: usize| at % length..(at % length + count).min(length);
    match *change {
        Change::Replace(at, character) => characters[at % length] = character,
        Change::Insert(at, character) => characters.insert(at % length, character),
        Change::Remove(at, count) => drop(characters.drain(range(at, count))),
        Change::Repeat(at, count) => {
            let part = characters[range(at, count)].to_vec();
            characters.splice(at % length..at % length, part);
        }
        Change::Swap(first, second) => characters.swap(first % length, second % length),
        Change::FlipBit(at, bit) => {
            let flipped = u32::from(characters[at % length]) ^ (1 << bit);
            characters[at % length] = char::from_u32(flipped).unwrap_or('?');
        }
        Change::Splice(at, from) => {
            let other: Vec<char> = other.chars().collect();
            characters.truncate(at % length);
            characters.extend(&other[from % other.len().max(1)..]);
        }
    }
    characters.into_iter().collect()
}

/// A verifier for one key of each algorithm, with a signature cache, and the shared secret; and a token of each key.
fn verifier_and_tokens_of_all_algorithms() -> (Verifier, Vec<String>) {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    for algorithm in [Algorithm::Ed25519, Algorithm::Es256, Algorithm::Es512] {
        issuer.rotate(algorithm);
    }
    issuer.add_key(rsa_key());
    issuer.add_key(SigningKey::generate(Algorithm::Ps256, "ps256"));
    let token = || issuer.access_token("ann").issued_at(NOW);
    let mut tokens: Vec<_> = issuer.keys().iter().map(|key| token().key(key).sign()).collect();
    tokens.push(token().secret(test_util::SECRET).header("alg", "HS256").sign());
    let keys = VerificationKeys::from(issuer.jwk_set().with_signature_cache(64)).with_secrets(test_util::secret());
    (verifier_at_now(keys, issuer.validation()), tokens)
}

/// Runs a property for 2000 inputs. [`proptest!`] would repeat the setup for each.
fn check<S: Strategy>(strategy: &S, property: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let config = ProptestConfig { failure_persistence: None, cases: 2000, ..ProptestConfig::default() };
    let result = proptest::test_runner::TestRunner::new(config).run(strategy, &property);
    assert!(result.is_ok(), "{}", result.unwrap_err());
}

#[test]
fn changed_token_of_any_algorithm_is_rejected() {
    let (verifier, tokens) = verifier_and_tokens_of_all_algorithms();
    for token in &tokens {
        assert!(verify(&verifier, token).is_ok());
    }
    let inputs = (any::<usize>(), any::<usize>(), prop::collection::vec(change(), 1..4));
    check(&inputs, |(index, other, changes)| {
        let (token, other) = (&tokens[index % tokens.len()], &tokens[other % tokens.len()]);
        let changed = apply(token, &changes, other);
        // Two changes can cancel each other, or result in the other token.
        prop_assert!(verify(&verifier, &changed).is_err() || tokens.contains(&changed), "{changed}");
        Ok(())
    });
}

#[test]
fn changed_and_signed_token_is_rejected_or_has_one_spelling() {
    let base_url = "https://issuer.example";
    let (verifier, _) = verifier_and_tokens_of_all_algorithms();
    let token = || token_builder().claim("iss", base_url).claim("aud", base_url);
    let (header, payload) = (r#"{"alg":"HS256","typ":"JWT"}"#, token().payload_text());
    let inputs = (any::<bool>(), prop::collection::vec(change(), 0..3));
    check(&inputs, |(in_header, changes)| {
        let token = if in_header {
            token().raw_header(apply(header, &changes, &payload)).sign()
        } else {
            token().raw_payload(apply(&payload, &changes, &payload)).sign()
        };
        if let Ok(user) = verify(&verifier, &token) {
            prop_assert_eq!(reencode(&token), token.clone());
            let payload = URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap();
            let claims: serde_json::Value = serde_json::from_slice(&payload).unwrap();
            prop_assert_eq!(claims["sub"].as_str(), Some(user.user_id()));
        }
        Ok(())
    });
}

#[test]
fn changed_jwk_set_has_only_keys_and_algorithms_of_its_document() {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    issuer.rotate(Algorithm::Es256);
    issuer.rotate(Algorithm::Es512);
    issuer.add_key(rsa_key());
    let document = issuer.document();
    check(&prop::collection::vec(change(), 1..6), |changes| {
        let changed = apply(&document, &changes, &document);
        let Ok(set) = JwkSet::parse(&changed) else { return Ok(()) };
        let parsed: serde_json::Value = serde_json::from_str(&changed).unwrap();
        let keys = parsed["keys"].as_array().unwrap();
        prop_assert!((1..=keys.len()).contains(&set.len()));
        for (kid, algorithm) in set.key_ids() {
            let same_kid: Vec<_> = keys.iter().filter(|key| key["kid"].as_str() == kid).collect();
            prop_assert!(!same_kid.is_empty(), "{kid:?}");
            let fits = |key: &&serde_json::Value| match key["alg"].as_str() {
                Some(alg) => alg == algorithm.name(),
                // Without an `alg`, the type of the key has a default.
                None => match key["kty"].as_str() {
                    Some("OKP") => algorithm == Algorithm::EdDsa,
                    Some("EC") => matches!(algorithm, Algorithm::Es256 | Algorithm::Es512),
                    kty => kty == Some("RSA") && algorithm == Algorithm::Rs256,
                },
            };
            prop_assert!(same_kid.iter().any(fits), "{kid:?} {algorithm:?} {changed}");
        }
        Ok(())
    });
}

fn json_like() -> impl Strategy<Value = String> {
    "[\\[\\]{}:,\"\\\\ eE0-9.+\\-abtrufnsl]{0,80}"
}

fn base64url_like() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9_-]{0,200}", "[A-Za-z0-9_-]{0,70}[A-Za-z0-9_+/= .\\n-é-]{1,3}[A-Za-z0-9_-]{0,70}"]
}

/// Strict base64url without padding (RFC 4648 §5), written for clarity.
fn decode_base64url(segment: &str) -> Option<Vec<u8>> {
    const ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let mut bits = Vec::new();
    for character in segment.chars() {
        let value = ALPHABET.find(character)?;
        bits.extend((0..6).rev().map(|bit| value >> bit & 1 == 1));
    }
    let (bytes, rest) = bits.as_chunks::<8>();
    let is_canonical = rest.len() < 6 && !rest.contains(&true);
    let to_byte = |bits: &[bool; 8]| bits.iter().fold(0_u8, |byte, bit| byte << 1 | u8::from(*bit));
    is_canonical.then(|| bytes.iter().map(to_byte).collect())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn segment_is_decoded_like_by_a_reference_decoder(segment in base64url_like()) {
        let is_text = decode_base64url(&segment).is_some_and(|bytes| String::from_utf8(bytes).is_ok());
        let error = verify_error(&format!("eyJhbGciOiJIUzI1NiJ9.{segment}.AAAA"));
        prop_assert_eq!(error == Some(VerifyError::InvalidSignature), is_text, "{:?}", error);
    }

    #[test]
    fn any_text_is_rejected(text in any::<String>()) {
        prop_assert!(verify_error(&text).is_some());
    }

    #[test]
    fn any_three_segments_are_rejected(text in "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{43}") {
        prop_assert!(verify_error(&text).is_some());
    }

    #[test]
    fn signed_arbitrary_bytes_are_rejected(payload in any::<Vec<u8>>(), header in any::<Vec<u8>>()) {
        prop_assert!(verify_error(&token_builder().raw_payload(payload).sign()).is_some());
        prop_assert!(verify_error(&token_builder().raw_header(header).sign()).is_some());
    }

    #[test]
    fn signed_text_that_is_almost_json_does_not_panic(members in json_like()) {
        let payload = token_builder().raw_payload(format!("{{\"sub\":\"ann\",{members}}}"));
        prop_assert!(verify_error(&payload.sign()).is_some(), "it has no `exp`");
        let _ = verify_error(&token_builder().raw_header(format!("{{\"alg\":\"HS256\",{members}}}")).sign());
    }

    #[test]
    fn unknown_members_with_any_json_value_are_accepted(value in json_value()) {
        let token = token_builder().claim("claim", value.clone()).header("member", value);
        prop_assert_eq!(verify_error(&token.sign()), None);
    }

    #[test]
    fn accepted_token_has_one_spelling(sub in valid_subject(), pad in "[a-z]{0,9}") {
        let token = TokenBuilder::for_user(&sub).issued_at(NOW).claim("pad", pad).sign();
        let user = verify(&verifier(), &token).unwrap();
        prop_assert_eq!(user.user_id(), sub);
        prop_assert_eq!(reencode(&token), token);
    }
}

fn valid_subject() -> impl Strategy<Value = String> {
    "[^\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]{1,60}".prop_filter("only white space", |sub| !sub.trim().is_empty())
}

fn json_value() -> impl Strategy<Value = serde_json::Value> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Into::into),
            prop::collection::btree_map(any::<String>(), inner, 0..6)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}
