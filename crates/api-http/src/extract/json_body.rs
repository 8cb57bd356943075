use std::{future::Future, pin::Pin, time::Duration};

use actix_web::{
    FromRequest, HttpMessage as _, HttpRequest,
    body::{BodyStream, to_bytes_limited},
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web::Bytes,
};
use tokio::time::timeout;

use super::field_errors::{RequestBody, field_errors};
use crate::error::ApiError;

/// Maximum size of a body.
const MAX_BODY_BYTES: usize = 64 * 1024;

/// Time in which a body must arrive. actix-web's own `Json` has no such limit.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// A required JSON body.
///
/// Errors: 415, 413, 408, 400 [`ApiError::MalformedJson`], or 400 [`ApiError::InvalidBody`] with one error for each
/// invalid field.
pub(crate) struct JsonBody<T>(pub(crate) T);

/// A JSON body that may be absent. Its media type matters only when there is a body.
pub(crate) struct OptionalJsonBody<T>(pub(crate) Option<T>);

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, ApiError>>>>;

impl<T: RequestBody + 'static> FromRequest for JsonBody<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = check_media_type(request);
        let body = read(request, payload);
        Box::pin(async move {
            media_type?;
            parse(&body.await?).map(Self)
        })
    }
}

impl<T: RequestBody + 'static> FromRequest for OptionalJsonBody<T> {
    type Error = ApiError;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = check_media_type(request);
        let body = read(request, payload);
        Box::pin(async move {
            let body = body.await?;
            if body.is_empty() {
                return Ok(Self(None));
            }
            media_type?;
            parse(&body).map(|value| Self(Some(value)))
        })
    }
}

/// Requires `application/json`, in UTF-8 when a charset is given, without a content coding.
fn check_media_type(request: &HttpRequest) -> Result<(), ApiError> {
    let media_type = request.mime_type().ok().flatten().ok_or(ApiError::UnsupportedMediaType)?;
    let is_json = media_type.essence_str() == "application/json";
    let is_utf8 = media_type.get_param("charset").is_none_or(|charset| charset == "utf-8");
    let is_identity = request.headers().get(CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
    (is_json && is_utf8 && is_identity).then_some(()).ok_or(ApiError::UnsupportedMediaType)
}

/// Reads the whole body. One whose `Content-Length` exceeds the limit is rejected unread.
fn read(request: &HttpRequest, payload: &mut Payload) -> impl Future<Output = Result<Bytes, ApiError>> + use<> {
    let content_length: Option<u64> =
        request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let payload = payload.take();
    async move {
        if content_length.is_some_and(|length| length > MAX_BODY_BYTES as u64) {
            return Err(ApiError::BodyTooLarge);
        }
        match timeout(BODY_TIMEOUT, to_bytes_limited(BodyStream::new(payload), MAX_BODY_BYTES)).await {
            Ok(Ok(Ok(bytes))) => Ok(bytes),
            Ok(Ok(Err(_))) => Err(ApiError::BadRequest),
            Ok(Err(_)) => Err(ApiError::BodyTooLarge),
            Err(_) => Err(ApiError::BodyTimeout),
        }
    }
}

/// Deserialization decides whether the body is valid; only for an invalid one are the field errors collected.
fn parse<T: RequestBody>(body: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(body).map_err(|_| field_errors::<T>(body))
}
