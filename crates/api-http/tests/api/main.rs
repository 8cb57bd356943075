//! The whole HTTP layer in front of a real database, called without a network.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test did not expect fails it")]

mod conditional_requests;
mod cors;
mod credentials;
mod default_headers;
mod errors;
mod idempotency;
mod isolation;
mod openapi;
mod pages;
mod rate_limit;
mod request_bodies;
mod support;
mod tasks;
