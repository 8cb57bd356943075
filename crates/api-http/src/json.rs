use actix_web::{HttpResponse, HttpResponseBuilder};
use serde::Serialize;

use crate::error::ApiError;

/// An answer of `application/json` (RFC 8259).
pub(crate) fn answer(
    mut response: HttpResponseBuilder,
    value: &impl Serialize,
    expected_bytes: usize,
) -> Result<HttpResponse, ApiError> {
    let text = text(value, expected_bytes).map_err(|_| ApiError::Internal(None))?;
    Ok(response.content_type("application/json").body(text))
}

/// A value as JSON, in one piece of memory if it is no longer than expected.
pub(crate) fn text(value: &impl Serialize, expected_bytes: usize) -> serde_json::Result<Vec<u8>> {
    let mut text = Vec::with_capacity(expected_bytes);
    serde_json::to_writer(&mut text, value)?;
    Ok(text)
}
