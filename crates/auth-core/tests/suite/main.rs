//! Tests of the public API. One binary, so that it links once.

#![expect(clippy::unwrap_used, reason = "a test fails if its setup fails")]

mod auto_traits_and_debug;
mod bearer;
mod better_auth;
mod better_auth_shapes;
mod claims;
mod compact;
mod discovery;
mod dpop;
mod header;
mod issuers;
mod json;
mod jwk_set;
mod log;
mod observability;
mod private_claims;
mod properties;
mod protected_resource;
mod public_keys;
mod remote;
mod revocations;
mod rotation;
mod secrets;
mod sign;
mod signature_cache;
mod support;
mod time;
mod validation;
