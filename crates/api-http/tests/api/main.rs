//! The whole API with a real database, called without a network.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an unexpected result fails the test")]

mod conditional_requests;
mod cors;
mod credentials;
mod default_headers;
mod errors;
mod idempotency;
mod isolation;
mod limits;
mod openapi;
mod pagination;
mod request_bodies;
mod revocations;
mod routing;
mod scopes;
#[cfg(target_os = "linux")]
mod server;
mod support;
mod tasks;
mod token_uses;
mod user_data;
