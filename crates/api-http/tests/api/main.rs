//! The whole HTTP layer in front of a real database, called without a network.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test did not expect fails it")]

mod bodies;
mod conditions;
mod cors;
mod credentials;
mod errors;
mod every_answer;
mod idempotency;
mod isolation;
mod openapi;
mod pages;
mod rate_limit;
mod support;
mod tasks;
