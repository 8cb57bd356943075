//! The HTTP API of the todo service, on actix-web.
//!
//! A request for tasks passes the middleware of the scope `/api/{user_id}`, which authenticates it, authorizes it for the
//! user in the path and stores the user's tasks in its extensions; then the extractors; then the handler, which executes
//! one operation of `todo-store`. Every failure is an `ApiError`.
//!
//! A binary calls [`serve`] with an [`ApiConfig`]; a test calls the same application, [`app`], without a network.

mod app;
mod authorization;
mod docs;
mod error;
mod extract;
mod health;
mod limits;
mod middleware;
mod openapi;
mod response_timeout;
mod security_events;
mod server;
mod tasks;
mod token_uses;
mod trusted_proxies;
mod user_data;

pub use app::{ApiConfig, app};
pub use authorization::Authorizer;
pub use limits::UserLimits;
pub use middleware::{Origin, OriginError};
pub use openapi::openapi_json;
pub use security_events::{SECURITY_EVENT_TARGET, SecurityEvents};
pub use server::{ServerOptions, serve};
pub use trusted_proxies::{TrustedProxy, TrustedProxyError};
