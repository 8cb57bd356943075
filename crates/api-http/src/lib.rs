//! The HTTP face of the todo service.
//!
//! One request walks `routes` → [`Gate`] (bearer credential → verified user → the path's owner) → the caller's own
//! tasks → one SQL statement → JSON. Every failure leaves through `ApiError`, the one place that knows status codes.
//!
//! A binary makes an [`Api`] from a [`Gate`] and calls [`serve`]; a test makes the same application with [`app`].

mod app;
mod body;
mod cors;
mod docs;
mod envelope;
mod error;
mod etag;
mod explain;
mod gate;
mod health;
mod idempotency;
mod json;
mod my_tasks;
mod negotiation;
mod openapi;
mod page;
mod path;
mod problem;
mod rate_limit;
mod request_id;
mod routes;
mod server;
mod tasks;

pub use app::{Api, app};
pub use cors::{Origin, OriginError};
pub use gate::Gate;
pub use openapi::document as openapi;
pub use rate_limit::RateLimit;
pub use routes::{Door, routes};
pub use server::serve;
