use actix_web::http::header::{ACCEPT, HeaderMap};

use crate::error::ApiError;

/// Whether the client takes JSON (RFC 9110 §12.5.1). Only an `Accept` that clearly rules it out is refused: one that
/// cannot be read says nothing.
pub(crate) fn json_is_acceptable(headers: &HeaderMap) -> Result<(), ApiError> {
    let mut ranges = headers.get_all(ACCEPT).filter_map(|field| field.to_str().ok()).flat_map(|field| field.split(','));
    let Some(first) = ranges.next() else { return Ok(()) };
    let mut weight = None;
    for range in std::iter::once(first).chain(ranges) {
        let (name, parameters) = range.split_once(';').unwrap_or((range, ""));
        let Some(precision) = precision(name.trim()) else { continue };
        if weight.is_none_or(|(best, _)| precision >= best) {
            weight = Some((precision, refuses(parameters)));
        }
    }
    match weight {
        Some((_, false)) => Ok(()),
        Some((_, true)) | None => Err(ApiError::NotAcceptable),
    }
}

/// How precisely a media range names `application/json`; nothing when it names something else.
fn precision(range: &str) -> Option<u8> {
    ["*/*", "application/*", "application/json"]
        .iter()
        .position(|known| known.eq_ignore_ascii_case(range))
        .and_then(|precision| u8::try_from(precision).ok())
        .or(range.is_empty().then_some(0))
}

/// `q=0` and `q=0.000` mean "not this one" (RFC 9110 §12.4.2).
fn refuses(parameters: &str) -> bool {
    parameters
        .split(';')
        .filter_map(|parameter| parameter.split_once('='))
        .any(|(name, value)| name.trim().eq_ignore_ascii_case("q") && value.trim().parse::<f32>() == Ok(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::http::header::HeaderValue;

    fn accepts(field: &'static str) -> bool {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(field));
        json_is_acceptable(&headers).is_ok()
    }

    #[test]
    fn only_an_accept_that_rules_json_out_is_refused() {
        assert!(json_is_acceptable(&HeaderMap::new()).is_ok());
        for field in [
            "*/*",
            "application/json",
            "Application/JSON;q=0.1",
            "text/html, */*;q=0.8",
            "application/*",
            "",
            "application/json, */*;q=0",
        ] {
            assert!(accepts(field), "{field:?}");
        }
        for field in ["text/html", "application/xml, image/png", "application/json;q=0, */*", "*/*;q=0.0"] {
            assert!(!accepts(field), "{field:?}");
        }
    }
}
