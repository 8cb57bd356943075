//! The examples as somebody meets them over the network, and what the adapters promise beside.

#![expect(clippy::unwrap_used, reason = "what a test did not expect fails it")]

#[path = "../../examples/actix.rs"]
mod actix_example;
#[expect(dead_code, reason = "its main is not run")]
#[path = "../../examples/axum.rs"]
mod axum_example;
#[expect(dead_code, reason = "its main is not run")]
#[path = "../../examples/tonic.rs"]
mod tonic_example;

mod actix;
mod axum;
mod client;
mod grpc;
mod layer;
mod support;
