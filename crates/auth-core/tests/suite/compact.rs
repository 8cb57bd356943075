//! The compact serialization: length, segments, base64url.

use auth_core::{MAX_TOKEN_BYTES, VerifyError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{token_builder, verify_error};

fn segments() -> [String; 3] {
    let token = token_builder().sign();
    let mut parts = token.split('.').map(str::to_owned);
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

/// A valid token of this length, unless base64 has none.
fn token_of_length(bytes: usize) -> Option<String> {
    let pads = bytes * 3 / 4 - 300..bytes * 3 / 4;
    pads.map(|pad| token_builder().claim("pad", "x".repeat(pad)).sign()).find(|token| token.len() == bytes)
}

#[test]
fn token_larger_than_8_kib_is_rejected() {
    assert_eq!(MAX_TOKEN_BYTES, 8192);
    let (max, too_long) = (token_of_length(8192), token_of_length(8194).or(token_of_length(8193)));
    assert_eq!(verify_error(&max.unwrap()), None);
    assert_eq!(verify_error(&too_long.unwrap()), Some(VerifyError::TokenTooLong));
    assert_eq!(verify_error(&"x".repeat(1 << 20)), Some(VerifyError::TokenTooLong));
}

#[test]
fn token_without_exactly_three_segments_is_rejected() {
    let [h, p, s] = segments();
    assert_eq!(verify_error(&format!("{h}.{p}.{s}")), None);
    let others = [
        String::new(),
        h.clone(),
        format!("{h}.{p}"),
        format!("{h}.{p}.{s}."),
        format!(".{h}.{p}.{s}"),
        format!("{h}.{p}.{s}.{s}"),
        format!("{h}.{p}.{s}.{s}.{s}"),
        ".".repeat(4000),
        "fT8sQk3rX0bZyV1uL9mN2pA7cD5eG6hJ".to_owned(),
    ];
    for other in others {
        assert_eq!(verify_error(&other), Some(VerifyError::NotCompactJws), "{other}");
    }
}

#[test]
fn empty_segment_is_rejected() {
    let [h, p, s] = segments();
    assert_eq!(verify_error(".."), Some(VerifyError::InvalidHeader));
    assert_eq!(verify_error(&format!(".{p}.{s}")), Some(VerifyError::InvalidHeader));
    assert_eq!(verify_error(&format!("{h}..{s}")), Some(VerifyError::InvalidSignature));
    assert_eq!(verify_error(&format!("{h}.{p}.")), Some(VerifyError::InvalidSignature));
}

#[test]
fn character_outside_the_base64url_alphabet_is_rejected() {
    let [h, p, s] = segments();
    for invalid in ["=", "==", "+", "/", " ", "\t", "\n", "\0", "%3D", "?", "é", "\u{ff0e}", "\u{200b}"] {
        for token in [
            format!("{h}{invalid}.{p}.{s}"),
            format!("{h}.{invalid}{p}.{s}"),
            format!("{h}.{p}{invalid}.{s}"),
            format!("{h}.{p}.{s}{invalid}"),
        ] {
            assert_eq!(verify_error(&token), Some(VerifyError::InvalidBase64Url), "{token}");
        }
    }
}

/// The last character of a MAC has two unused bits: a lenient decoder accepts four spellings of one token.
#[test]
fn non_zero_bits_after_the_last_byte_are_rejected() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let token = token_builder().sign();
    let (rest, last) = token.split_at(token.len() - 1);
    let at = ALPHABET.iter().position(|symbol| [*symbol] == last.as_bytes()).unwrap();
    for stray in 1..4 {
        let changed = format!("{rest}{}", char::from(ALPHABET[at ^ stray]));
        assert_eq!(verify_error(&changed), Some(VerifyError::InvalidBase64Url));
    }
}

#[test]
fn truncated_or_extended_mac_is_rejected() {
    let [h, p, s] = segments();
    let mac = URL_SAFE_NO_PAD.decode(s).unwrap();
    let with = |mac: &[u8]| verify_error(&format!("{h}.{p}.{}", URL_SAFE_NO_PAD.encode(mac)));
    assert_eq!(with(&mac), None);
    for length in 0..mac.len() {
        assert_eq!(with(&mac[..length]), Some(VerifyError::InvalidSignature), "{length}");
    }
    assert_eq!(with(&[mac.as_slice(), &[0]].concat()), Some(VerifyError::InvalidSignature));
    assert_eq!(with(&[0; 32]), Some(VerifyError::InvalidSignature));
    for at in 0..mac.len() {
        let mut changed = mac.clone();
        changed[at] ^= 1;
        assert_eq!(with(&changed), Some(VerifyError::InvalidSignature), "{at}");
    }
}

#[test]
fn header_or_payload_that_is_not_utf_8_is_rejected() {
    assert_eq!(
        verify_error(&token_builder().raw_header(&b"{\"alg\":\"HS256\",\"x\":\"\xff\"}"[..]).sign()),
        Some(VerifyError::InvalidUtf8)
    );
    let good = token_builder().payload_text();
    for bad in [&b"\xff\xfe"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"] {
        let payload = [good.trim_end_matches('}').as_bytes(), b",\"ignored\":\"", bad, b"\"}"].concat();
        assert_eq!(
            verify_error(&token_builder().raw_payload(payload).sign()),
            Some(VerifyError::InvalidUtf8),
            "{bad:x?}"
        );
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(verify_error(&token_builder().raw_payload(utf16).sign()), Some(VerifyError::InvalidPayload));
}

#[test]
fn json_serialization_is_rejected() {
    let [h, p, s] = segments();
    let flattened = format!(r#"{{"protected":"{h}","payload":"{p}","signature":"{s}"}}"#);
    assert_eq!(verify_error(&flattened), Some(VerifyError::NotCompactJws));
}
