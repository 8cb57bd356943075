//! The examples over the network, and the adapters by themselves.

#![expect(clippy::unwrap_used, reason = "a test fails if its setup fails")]

#[path = "../../examples/actix.rs"]
mod actix_example;
#[expect(dead_code, reason = "only its `app` is used")]
#[path = "../../examples/axum.rs"]
mod axum_example;
#[expect(dead_code, reason = "only its `app` is used")]
#[path = "../../examples/tonic.rs"]
mod tonic_example;

mod actix;
mod axum;
mod client;
mod dpop;
mod grpc;
mod layer;
mod policy;
mod rejections;
mod support;
