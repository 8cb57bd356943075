//! What handlers read from a request, as extractors.

pub(crate) mod accept;
mod field_errors;
pub(crate) mod idempotency_key;
mod if_match;
mod if_none_match;
mod json_body;
mod list_params;

pub(crate) use idempotency_key::IdempotencyKeyHeader;
pub(crate) use if_match::{IfMatch, entity_tag};
pub(crate) use if_none_match::IfNoneMatch;
pub(crate) use json_body::{JsonBody, OptionalJsonBody};
pub(crate) use list_params::ListParams;
