//! The outside of a token: size, segments, base64url.

use auth_core::{MAX_TOKEN_BYTES, VerifyError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::support::{ann, refusal};

fn segments() -> [String; 3] {
    let token = ann().sign();
    let mut parts = token.split('.').map(str::to_owned);
    [(); 3].map(|()| parts.next().unwrap_or_default())
}

/// A token of exactly so many bytes, if base64 allows.
fn of_length(bytes: usize) -> Option<String> {
    let pads = bytes * 3 / 4 - 300..bytes * 3 / 4;
    pads.map(|pad| ann().claim("pad", "x".repeat(pad)).sign()).find(|token| token.len() == bytes)
}

#[test]
fn eight_kib_is_the_most() {
    assert_eq!(MAX_TOKEN_BYTES, 8192);
    let (most, more) = (of_length(8192), of_length(8194).or(of_length(8193)));
    assert_eq!(refusal(&most.unwrap()), None);
    assert_eq!(refusal(&more.unwrap()), Some(VerifyError::TokenTooLong));
    assert_eq!(refusal(&"x".repeat(1 << 20)), Some(VerifyError::TokenTooLong));
}

#[test]
fn a_token_has_exactly_three_segments() {
    let [h, p, s] = segments();
    assert_eq!(refusal(&format!("{h}.{p}.{s}")), None);
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
        assert_eq!(refusal(&other), Some(VerifyError::NotCompactJws), "{other}");
    }
}

#[test]
fn empty_segments_are_refused() {
    let [h, p, s] = segments();
    assert_eq!(refusal(".."), Some(VerifyError::InvalidHeader));
    assert_eq!(refusal(&format!(".{p}.{s}")), Some(VerifyError::InvalidHeader));
    assert_eq!(refusal(&format!("{h}..{s}")), Some(VerifyError::InvalidSignature));
    assert_eq!(refusal(&format!("{h}.{p}.")), Some(VerifyError::InvalidSignature));
}

#[test]
fn nothing_but_the_base64url_alphabet_is_taken() {
    let [h, p, s] = segments();
    for stranger in ["=", "==", "+", "/", " ", "\t", "\n", "\0", "%3D", "?", "é", "\u{ff0e}", "\u{200b}"] {
        for token in [
            format!("{h}{stranger}.{p}.{s}"),
            format!("{h}.{stranger}{p}.{s}"),
            format!("{h}.{p}{stranger}.{s}"),
            format!("{h}.{p}.{s}{stranger}"),
        ] {
            assert_eq!(refusal(&token), Some(VerifyError::InvalidBase64Url), "{token}");
        }
    }
}

/// The last symbol of a MAC carries two bits that decode to nothing: a lenient decoder takes four spellings of one token.
#[test]
fn stray_bits_after_the_last_byte_are_refused() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let token = ann().sign();
    let (rest, last) = token.split_at(token.len() - 1);
    let at = ALPHABET.iter().position(|symbol| [*symbol] == last.as_bytes()).unwrap();
    for stray in 1..4 {
        let bent = format!("{rest}{}", char::from(ALPHABET[at ^ stray]));
        assert_eq!(refusal(&bent), Some(VerifyError::InvalidBase64Url));
    }
}

#[test]
fn the_mac_is_32_bytes_and_all_of_them_count() {
    let [h, p, s] = segments();
    let mac = URL_SAFE_NO_PAD.decode(s).unwrap();
    let with = |mac: &[u8]| refusal(&format!("{h}.{p}.{}", URL_SAFE_NO_PAD.encode(mac)));
    assert_eq!(with(&mac), None);
    for length in 0..mac.len() {
        assert_eq!(with(&mac[..length]), Some(VerifyError::InvalidSignature), "{length}");
    }
    assert_eq!(with(&[mac.as_slice(), &[0]].concat()), Some(VerifyError::InvalidSignature));
    assert_eq!(with(&[0; 32]), Some(VerifyError::InvalidSignature));
    for at in 0..mac.len() {
        let mut bent = mac.clone();
        bent[at] ^= 1;
        assert_eq!(with(&bent), Some(VerifyError::InvalidSignature), "{at}");
    }
}

#[test]
fn header_and_payload_are_utf_8() {
    assert_eq!(
        refusal(&ann().raw_header(&b"{\"alg\":\"HS256\",\"x\":\"\xff\"}"[..]).sign()),
        Some(VerifyError::InvalidUtf8)
    );
    let good = ann().payload_text();
    for bad in [&b"\xff\xfe"[..], b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe2\x82"] {
        let payload = [good.trim_end_matches('}').as_bytes(), b",\"ignored\":\"", bad, b"\"}"].concat();
        assert_eq!(refusal(&ann().raw_payload(payload).sign()), Some(VerifyError::InvalidUtf8), "{bad:x?}");
    }
    let utf16: Vec<u8> = good.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refusal(&ann().raw_payload(utf16).sign()), Some(VerifyError::InvalidPayload));
}

#[test]
fn the_json_serialization_is_no_token() {
    let [h, p, s] = segments();
    let flattened = format!(r#"{{"protected":"{h}","payload":"{p}","signature":"{s}"}}"#);
    assert_eq!(refusal(&flattened), Some(VerifyError::NotCompactJws));
}
