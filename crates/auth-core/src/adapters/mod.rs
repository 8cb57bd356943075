//! A verified user as a parameter of your handlers. Each framework is a feature; none is on by default.
//!
//! All of them ask one [`Authenticator`]: it reads the one `Authorization` field (RFC 6750 §2.1), never a query, a cookie
//! or a body, and words the refusal.
//!
//! | framework | feature | what it gives |
//! |---|---|---|
//! | actix-web | `actix` | an extractor: `async fn me(user: AuthenticatedUser)` |
//! | axum | `axum` | an extractor: `async fn me(user: AuthenticatedUser)` |
//! | axum, tonic, hyper | `tower` | a layer that puts the `AuthenticatedUser` into the request's extensions |
//! | any other | none | [`Authenticator::authenticate`], and a [`Rejection`] that says what to answer |
//!
//! `examples/` has a service for each.

#[cfg(feature = "actix")]
pub mod actix;
mod authenticator;
#[cfg(feature = "axum")]
pub mod axum;
mod rejection;
#[cfg(any(feature = "axum", feature = "tower"))]
mod response_head;
#[cfg(feature = "tower")]
pub mod tower;

pub use authenticator::Authenticator;
pub use rejection::Rejection;
