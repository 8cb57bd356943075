//! What holds for every input.

use auth_core::test_util::{self, TokenBuilder};
use auth_core::{Clock, Verifier, VerifyError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use proptest::prelude::*;

use crate::support::{NOW, ann, refusal, verify};

fn verifier() -> Verifier {
    let (clock, _) = Clock::fixed(NOW);
    test_util::verifier().with_clock(clock)
}

#[test]
fn no_change_of_one_byte_is_accepted() {
    let (verifier, token) = (verifier(), ann().sign());
    for at in 0..token.len() {
        for byte in 0..=0x7f_u8 {
            let mut bent = token.clone().into_bytes();
            if bent[at] != byte {
                bent[at] = byte;
                let bent = String::from_utf8(bent).unwrap();
                assert!(verify(&verifier, &bent).is_err(), "byte {at} as {byte:#x}");
            }
        }
    }
}

#[test]
fn no_truncation_and_no_missing_byte_is_accepted() {
    let (verifier, token) = (verifier(), ann().sign());
    for at in 0..token.len() {
        assert!(verify(&verifier, &token[..at]).is_err(), "up to {at}");
        assert!(verify(&verifier, &token[at + 1..]).is_err(), "behind {at}");
        assert!(verify(&verifier, &format!("{}{}", &token[..at], &token[at + 1..])).is_err(), "without {at}");
    }
}

#[test]
fn no_inserted_byte_is_accepted() {
    let (verifier, token) = (verifier(), ann().sign());
    for at in 0..=token.len() {
        for byte in 0..=0x7f_u8 {
            let bent = format!("{}{}{}", &token[..at], char::from(byte), &token[at..]);
            assert!(verify(&verifier, &bent).is_err(), "{byte:#x} at {at}");
        }
    }
}

fn json_like() -> impl Strategy<Value = String> {
    "[\\[\\]{}:,\"\\\\ eE0-9.+\\-abtrufnsl]{0,80}"
}

/// The verifier reads base64url with a library made for speed; another one, made for caution, has to agree.
fn base64url_like() -> impl Strategy<Value = String> {
    prop_oneof!["[A-Za-z0-9_-]{0,200}", "[A-Za-z0-9_-]{0,70}[A-Za-z0-9_+/= .\\n-é-]{1,3}[A-Za-z0-9_-]{0,70}"]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 1000, ..ProptestConfig::default() })]

    #[test]
    fn two_readers_of_base64url_agree(segment in base64url_like()) {
        let readable = URL_SAFE_NO_PAD.decode(&segment).is_ok_and(|bytes| String::from_utf8(bytes).is_ok());
        let refusal = refusal(&format!("eyJhbGciOiJIUzI1NiJ9.{segment}.AAAA"));
        prop_assert_eq!(refusal == Some(VerifyError::InvalidSignature), readable, "{:?}", refusal);
    }

    #[test]
    fn any_text_is_refused_without_a_panic(text in any::<String>()) {
        prop_assert!(refusal(&text).is_some());
    }

    #[test]
    fn any_three_segments_are_refused_without_a_panic(text in "[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{0,60}\\.[A-Za-z0-9_-]{43}") {
        prop_assert!(refusal(&text).is_some());
    }

    #[test]
    fn signed_bytes_of_any_kind_make_no_panic_and_no_user(payload in any::<Vec<u8>>(), header in any::<Vec<u8>>()) {
        prop_assert!(refusal(&ann().raw_payload(payload).sign()).is_some());
        prop_assert!(refusal(&ann().raw_header(header).sign()).is_some());
    }

    #[test]
    fn signed_text_that_is_nearly_json_makes_no_panic(members in json_like()) {
        let _ = refusal(&ann().raw_payload(format!("{{\"sub\":\"ann\",{members}}}")).sign());
        let _ = refusal(&ann().raw_header(format!("{{\"alg\":\"HS256\",{members}}}")).sign());
    }

    #[test]
    fn what_one_strict_reader_calls_json_is_not_refused(value in json_value()) {
        let token = ann().claim("claim", value.clone()).header("member", value);
        prop_assert_eq!(refusal(&token.sign()), None);
    }

    #[test]
    fn an_accepted_token_has_one_spelling(sub in "[^\\p{Cc}]{1,60}", pad in "[a-z]{0,9}") {
        let token = TokenBuilder::for_user(&sub).issued_at(NOW).claim("pad", pad).sign();
        let user = verify(&verifier(), &token).unwrap();
        prop_assert_eq!(user.user_id(), sub);
        let again: Vec<_> =
            token.split('.').map(|part| URL_SAFE_NO_PAD.encode(URL_SAFE_NO_PAD.decode(part).unwrap())).collect();
        prop_assert_eq!(again.join("."), token);
    }
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
