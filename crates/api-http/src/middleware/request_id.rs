use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// Names one request in answers and logs.
pub(crate) const HEADER: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id taken over from a client or a proxy, in bytes.
const LONGEST: usize = 128;

/// The id that came with the request, when it is harmless in a log; else a new random one.
pub(crate) fn of(headers: &HeaderMap) -> HeaderValue {
    headers.get(HEADER).filter(|id| is_harmless(id.as_bytes())).cloned().unwrap_or_else(random)
}

fn is_harmless(id: &[u8]) -> bool {
    (1..=LONGEST).contains(&id.len()) && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

fn random() -> HeaderValue {
    let mut text = Uuid::encode_buffer();
    let id = Uuid::new_v4();
    HeaderValue::from_str(id.simple().encode_lower(&mut text)).unwrap_or(HeaderValue::from_static("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_harmless_id_is_taken_over_and_any_other_replaced() {
        let given = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(HEADER, HeaderValue::from_str(id).unwrap());
            of(&headers) == *id
        };
        assert!(given("0198-abc_DEF.7"));
        for id in ["", "a b", "a\"b", "a,b", "é", &"x".repeat(129)] {
            assert!(!given(id), "{id}");
        }
    }
}
