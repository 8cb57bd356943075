use std::str::FromStr;

use actix_cors::Cors;
use actix_web::{
    http::{
        Method, Uri,
        header::{self, HeaderName},
    },
    middleware::Condition,
};

use crate::{idempotency, request_id};

/// A page's origin as a browser sends it: scheme, host and, unless it is the scheme's own, port (RFC 6454 §6.1).
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

/// The text is no origin that can be allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "an origin is http:// or https://, a host and maybe a port, with nothing behind it; neither * nor null can be allowed"
)]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let uri: Uri = text.parse().map_err(|_| OriginError)?;
        let authority = uri.authority().filter(|authority| !authority.as_str().contains('@')).ok_or(OriginError)?;
        let scheme = uri.scheme_str().filter(|scheme| ["http", "https"].contains(scheme)).ok_or(OriginError)?;
        let standard_port = if scheme == "http" { ":80" } else { ":443" };
        let host = authority.as_str().to_ascii_lowercase();
        let origin = format!("{scheme}://{host}");
        let as_given = text.to_ascii_lowercase();
        if as_given != origin || host.ends_with(':') {
            return Err(OriginError);
        }
        Ok(Self(origin.strip_suffix(standard_port).unwrap_or(&origin).to_owned()))
    }
}

/// Cross-origin calls for these origins only, compared exactly; no cookies, since no cookie is ever read.
pub(crate) fn cors(origins: &[Origin]) -> Condition<Cors> {
    let cors = origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(&origin.0))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            idempotency::HEADER,
            request_id::HEADER,
        ])
        .expose_headers(exposed())
        .max_age(7200);
    Condition::new(!origins.is_empty(), cors)
}

/// What a page may read beside the few headers that browsers always show.
fn exposed() -> [HeaderName; 7] {
    [
        header::ETAG,
        header::LINK,
        header::LOCATION,
        header::RETRY_AFTER,
        header::WWW_AUTHENTICATE,
        header::ALLOW,
        request_id::HEADER,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_scheme_host_and_port_and_nothing_else() {
        for origin in ["http://localhost:3000", "https://todo.example", "http://127.0.0.1:3000", "http://[::1]:3000"] {
            assert_eq!(origin.parse::<Origin>().unwrap().0, origin);
        }
        assert_eq!("https://Todo.example:443".parse::<Origin>().unwrap().0, "https://todo.example");
        for text in [
            "",
            "*",
            "null",
            "localhost:3000",
            "ftp://a",
            "https://",
            "https://a/",
            "https://a/b",
            "https://a?b",
            "https://x@a",
            "https://a:",
            "https://a b",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError), "{text:?}");
        }
    }
}
