use std::str::FromStr;

use actix_cors::Cors;
use actix_web::{
    http::{Method, header},
    middleware::Condition,
};
use url::Url;

use super::request_id::X_REQUEST_ID;
use crate::extract::idempotency_key::IDEMPOTENCY_KEY;

/// A web origin as browsers serialize it: scheme, host and, unless it is the scheme's default, port (RFC 6454 §6.2).
///
/// ```
/// use api_http::{Origin, OriginError};
///
/// assert!("https://todo.example".parse::<Origin>().is_ok());
/// assert_eq!("https://todo.example/".parse::<Origin>(), Err(OriginError));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin(String);

/// The text is not an origin that can be allowed.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error(
    "an origin is http:// or https://, a host and maybe a port, with nothing behind it; neither * nor null can be allowed"
)]
pub struct OriginError;

impl FromStr for Origin {
    type Err = OriginError;

    fn from_str(text: &str) -> Result<Self, OriginError> {
        let url = Url::parse(text).map_err(|_| OriginError)?;
        let default_port = match url.scheme() {
            "http" => ":80",
            "https" => ":443",
            _ => return Err(OriginError),
        };
        let origin = url.origin().ascii_serialization();
        let text = text.to_ascii_lowercase();
        let text = text.strip_suffix(default_port).unwrap_or(&text);
        (text == origin).then_some(Self(origin)).ok_or(OriginError)
    }
}

/// Allows cross-origin requests from exactly these origins, without credentials, since no cookie is ever read. Off
/// without origins.
pub(crate) fn cors(allowed_origins: &[Origin]) -> Condition<Cors> {
    let cors = allowed_origins
        .iter()
        .fold(Cors::default(), |cors, origin| cors.allowed_origin(&origin.0))
        .allowed_methods([Method::GET, Method::HEAD, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
        .allowed_headers([
            header::AUTHORIZATION,
            header::CONTENT_TYPE,
            header::IF_MATCH,
            header::IF_NONE_MATCH,
            IDEMPOTENCY_KEY,
            X_REQUEST_ID,
        ])
        .expose_headers([
            header::ETAG,
            header::LINK,
            header::LOCATION,
            header::RETRY_AFTER,
            header::WWW_AUTHENTICATE,
            header::ALLOW,
            X_REQUEST_ID,
        ])
        .max_age(7200);
    Condition::new(!allowed_origins.is_empty(), cors)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origin_with_more_than_scheme_host_and_port_is_rejected() {
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
            "https://a\t",
            " https://a",
            "https:a",
            "https://a:80:443",
            "https://a%62",
            "https://å.example",
        ] {
            assert_eq!(text.parse::<Origin>(), Err(OriginError), "{text:?}");
        }
    }
}
