use actix_web::{
    HttpMessage,
    http::header::{ACCEPT, Accept, Header as _, Quality},
};

/// Whether the client accepts `application/json` (RFC 9110 §12.5.1). The most specific media range decides. An `Accept`
/// without a single valid media range excludes nothing.
pub(crate) fn accepts_json(request: &impl HttpMessage) -> bool {
    if !request.headers().contains_key(ACCEPT) {
        return true;
    }
    let Ok(Accept(ranges)) = Accept::parse(request) else { return true };
    let matching = ranges.iter().filter_map(|range| Some((specificity(range.item.essence_str())?, range.quality)));
    match matching.max_by_key(|(specificity, _)| *specificity) {
        Some((_, quality)) => quality > Quality::ZERO,
        None => ranges.is_empty(),
    }
}

/// How specifically a media range matches `application/json`; `None` when it does not match.
fn specificity(media_range: &str) -> Option<u8> {
    match media_range {
        "*/*" => Some(0),
        "application/*" => Some(1),
        "application/json" => Some(2),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    #[test]
    fn accept_that_excludes_json_is_rejected() {
        let accepts = |field: &str| accepts_json(&TestRequest::get().insert_header((ACCEPT, field)).to_request());
        assert!(accepts_json(&TestRequest::get().to_request()));
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
