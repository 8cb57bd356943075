use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderName},
};
use todo_store::IdempotencyKey;

use crate::error::ApiError;

/// `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The request's `Idempotency-Key`, if it has one. An invalid key and a second header field are rejected.
pub(crate) struct IdempotencyKeyHeader(pub(crate) Option<IdempotencyKey>);

impl FromRequest for IdempotencyKeyHeader {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.headers()).map(Self))
    }
}

fn parse(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut fields = headers.get_all(IDEMPOTENCY_KEY);
    let Some(field) = fields.next() else { return Ok(None) };
    let key = field.to_str().ok().and_then(|text| text.parse().ok());
    match (key, fields.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(ApiError::InvalidIdempotencyKey),
    }
}
