//! What handlers take from a request.

pub(crate) mod accept;
pub(crate) mod field_errors;
pub(crate) mod idempotency_key;
pub(crate) mod if_match;
pub(crate) mod json_body;
pub(crate) mod list_params;
