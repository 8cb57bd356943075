use actix_web::http::header::{HeaderMap, HeaderName};
use todo_store::IdempotencyKey;

use crate::error::ApiError;

/// The header that makes a retry safe (draft-ietf-httpapi-idempotency-key-header).
pub(crate) const HEADER: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a request, if it has one; having two is an error.
pub(crate) fn key(headers: &HeaderMap) -> Result<Option<IdempotencyKey>, ApiError> {
    let mut fields = headers.get_all(HEADER);
    let Some(field) = fields.next() else { return Ok(None) };
    let key = field.to_str().ok().and_then(|text| text.parse::<IdempotencyKey>().ok());
    match (key, fields.next()) {
        (Some(key), None) => Ok(Some(key)),
        _ => Err(ApiError::BadIdempotencyKey),
    }
}
