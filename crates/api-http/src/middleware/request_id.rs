use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

/// Identifies a request in its response and in the log.
pub(super) const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Maximum length of an id that a client or a proxy sends.
const MAX_REQUEST_ID_BYTES: usize = 128;

/// The request's own id when it is safe to log, else a new random one.
pub(super) fn from_headers_or_new(headers: &HeaderMap) -> HeaderValue {
    headers.get(X_REQUEST_ID).filter(|id| is_valid_request_id(id.as_bytes())).cloned().unwrap_or_else(new)
}

fn is_valid_request_id(id: &[u8]) -> bool {
    (1..=MAX_REQUEST_ID_BYTES).contains(&id.len())
        && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
}

fn new() -> HeaderValue {
    let mut buffer = Uuid::encode_buffer();
    let id = Uuid::new_v4();
    HeaderValue::from_str(id.simple().encode_lower(&mut buffer)).unwrap_or(HeaderValue::from_static("-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn request_id_with_unsafe_characters_is_replaced() {
        let is_kept = |id: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(X_REQUEST_ID, HeaderValue::from_str(id).unwrap());
            from_headers_or_new(&headers) == *id
        };
        assert!(is_kept("0198-abc_DEF.7"));
        for id in ["", "a b", "a\"b", "a,b", "é", &"x".repeat(129)] {
            assert!(!is_kept(id), "{id}");
        }
    }
}
