use std::{
    future::{Ready, ready},
    time::Duration,
};

use actix_web::{
    FromRequest, HttpMessage, HttpRequest,
    body::{BodyStream, to_bytes_limited},
    dev::Payload,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH},
    web::Bytes,
};
use tokio::time::timeout;

use crate::{
    error::ApiError,
    explain::{Document, explain},
};

/// The most bytes a body may have.
const LIMIT: usize = 64 * 1024;

/// How long a body may take to arrive.
const DEADLINE: Duration = Duration::from_secs(10);

/// A request's body that nobody has read yet.
///
/// actix polls all extractors of a handler together, so an extractor that reads the body could refuse it before the
/// caller is known. This one only holds it: the handler reads it, and by then the caller has been admitted.
pub(crate) struct Unread {
    request: HttpRequest,
    payload: Payload,
}

impl FromRequest for Unread {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        ready(Ok(Self { request: request.clone(), payload: payload.take() }))
    }
}

impl Unread {
    /// The body as a document: 415, 413, 408 or 400 when it is none.
    pub(crate) async fn json<T: Document>(self) -> Result<T, ApiError> {
        self.is_json()?;
        let bytes = self.bytes().await?;
        parse(&bytes)
    }

    /// The body as a document; nothing when there is no body.
    pub(crate) async fn json_if_any<T: Document>(self) -> Result<Option<T>, ApiError> {
        let is_json = self.is_json();
        let bytes = self.bytes().await?;
        if bytes.is_empty() {
            return Ok(None);
        }
        is_json.and_then(|()| parse(&bytes).map(Some))
    }

    /// `application/json`, in UTF-8 when a charset is named, without a content coding.
    fn is_json(&self) -> Result<(), ApiError> {
        let media_type = self.request.mime_type().ok().flatten().ok_or(ApiError::UnsupportedMediaType)?;
        let json = media_type.essence_str() == "application/json";
        let utf8 = media_type.get_param("charset").is_none_or(|charset| charset == "utf-8");
        let plain = self.request.headers().get(CONTENT_ENCODING).is_none_or(|coding| coding == "identity");
        (json && utf8 && plain).then_some(()).ok_or(ApiError::UnsupportedMediaType)
    }

    async fn bytes(self) -> Result<Bytes, ApiError> {
        let announced =
            self.request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
        if announced.is_some_and(|length: u64| length > LIMIT as u64) {
            return Err(ApiError::BodyTooLarge);
        }
        let arriving = to_bytes_limited(BodyStream::new(self.payload), LIMIT);
        match timeout(DEADLINE, arriving).await {
            Ok(Ok(Ok(bytes))) => Ok(bytes),
            Ok(Ok(Err(_))) => Err(ApiError::BadRequest),
            Ok(Err(_)) => Err(ApiError::BodyTooLarge),
            Err(_) => Err(ApiError::BodyTimeout),
        }
    }
}

/// The types' own rules decide; only a refusal costs the effort of saying why.
fn parse<T: Document>(bytes: &[u8]) -> Result<T, ApiError> {
    serde_json::from_slice(bytes).map_err(|_| explain::<T>(bytes))
}
