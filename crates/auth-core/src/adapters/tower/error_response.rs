//! The response to a request without a user, in HTTP or gRPC.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response};

use crate::adapters::Rejection;

/// The response to a request with these header fields.
pub(super) fn error_response<R: Default>(rejection: &Rejection, request: &HeaderMap) -> Response<R> {
    let mut response = match request.get(CONTENT_TYPE).filter(|media_type| is_grpc(media_type)) {
        Some(media_type) => grpc_response(rejection, media_type),
        None => rejection.head(),
    };
    response.extensions_mut().insert(rejection.error().clone());
    response.map(|()| R::default())
}

/// Returns whether the media type is `application/grpc`, with or without a message format, or `application/grpc-web`.
fn is_grpc(media_type: &HeaderValue) -> bool {
    let Some((start, rest)) = media_type.as_bytes().split_at_checked(b"application/grpc".len()) else { return false };
    start.eq_ignore_ascii_case(b"application/grpc") && matches!(rest.first(), None | Some(b'+' | b'-' | b';' | b' '))
}

/// A response without a body ("Trailers-Only"): in gRPC the HTTP status is always 200, and `grpc-status` has the error.
fn grpc_response(rejection: &Rejection, media_type: &HeaderValue) -> Response<()> {
    let (status, message) = match rejection.status() {
        403 => ("7", "permission denied"),
        503 => ("14", "unavailable"),
        _ => ("16", "unauthenticated"),
    };
    let mut response = Response::new(());
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, media_type.clone());
    headers.insert(HeaderName::from_static("grpc-status"), HeaderValue::from_static(status));
    headers.insert(HeaderName::from_static("grpc-message"), HeaderValue::from_static(message));
    headers.extend(rejection.headers());
    response
}
