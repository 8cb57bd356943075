//! The HTTP face of the todo service.
//!
//! One request walks `routes` → [`Gate`] (bearer credential → verified user → the path's owner) → the caller's own
//! tasks → one SQL statement → JSON. Every failure leaves through `ApiError`, the one place that knows status codes.
//!
//! A binary makes an [`Api`] from a [`Gate`] and calls [`serve`]; a test makes the same application with [`app`].

mod app;
mod authorization;
mod docs;
mod error;
mod extract;
mod health;
mod json;
mod middleware;
mod my_tasks;
mod openapi;
mod path;
mod rate_limit;
mod routes;
mod server;
mod tasks;

use authorization as gate;
use error::problem;
use extract::{
    accept as negotiation, field_errors as explain, idempotency_key as idempotency, if_match as etag,
    json_body as body, list_params as page,
};
use middleware::{self as envelope, cors, request_id};

pub use app::{Api, app};
pub use authorization::Gate;
pub use middleware::cors::{Origin, OriginError};
pub use openapi::document as openapi;
pub use rate_limit::RateLimit;
pub use routes::{Door, routes};
pub use server::serve;
