//! What a client without a user is told, in the protocol that it speaks.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Response};

use crate::adapters::Rejection;

/// The answer to a request with these header fields.
pub(super) fn answer<R: Default>(rejection: &Rejection, request: &HeaderMap) -> Response<R> {
    let mut response = match request.get(CONTENT_TYPE).filter(|media_type| is_grpc(media_type)) {
        Some(media_type) => grpc(rejection, media_type),
        None => rejection.head(),
    };
    response.extensions_mut().insert(rejection.refusal().clone());
    response.map(|()| R::default())
}

/// `application/grpc`, with or without a message format behind it, or the `application/grpc-web` of browsers.
fn is_grpc(media_type: &HeaderValue) -> bool {
    let Some((start, rest)) = media_type.as_bytes().split_at_checked(b"application/grpc".len()) else { return false };
    start.eq_ignore_ascii_case(b"application/grpc") && matches!(rest.first(), None | Some(b'+' | b'-' | b';' | b' '))
}

/// All in one block of header fields: in gRPC every answer is a 200, and its own status a field like another
/// ("Trailers-Only").
fn grpc(rejection: &Rejection, media_type: &HeaderValue) -> Response<()> {
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
    headers.extend(rejection.fields());
    response
}
