//! The head of a rejection's response, in the `http` types that axum, tower and tonic share.

use http::header::{HeaderName, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{Response, StatusCode};

use super::Rejection;

impl Rejection {
    /// The response without its body.
    pub(super) fn head(&self) -> Response<()> {
        let mut response = Response::new(());
        *response.status_mut() = StatusCode::from_u16(self.status()).unwrap_or(StatusCode::UNAUTHORIZED);
        response.headers_mut().extend(self.headers());
        response
    }

    /// `WWW-Authenticate` with `DPoP-Nonce` if there is one, or `Retry-After`.
    pub(super) fn headers(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        // A challenge is visible ASCII, so the fallback is never used.
        let value = |text: &str| HeaderValue::from_str(text).unwrap_or(HeaderValue::from_static("Bearer"));
        let challenge = self.challenge().map(|text| (WWW_AUTHENTICATE, value(&text)));
        let retry_after = self.retry_after_seconds().map(|seconds| (RETRY_AFTER, seconds.into()));
        let nonce = self.dpop_nonce().map(|nonce| (HeaderName::from_static("dpop-nonce"), value(nonce)));
        challenge.into_iter().chain(retry_after).chain(nonce)
    }
}
