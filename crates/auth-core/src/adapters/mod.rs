//! Extractors and layers for web frameworks. Each framework is a feature; none is on by default.
//!
//! All of them use an [`Authenticator`]. It reads the `Authorization` field only (RFC 6750 §2.1), never a query parameter, a
//! cookie or a body.
//!
//! | framework | feature | what it provides |
//! |---|---|---|
//! | actix-web | `actix` | extractors: `async fn me(user: AuthenticatedUser)`, `Authorized<P>` for a policy; a middleware |
//! | axum | `axum` | extractors: `async fn me(user: AuthenticatedUser)`, `Authorized<P>` for a policy |
//! | axum, tonic, hyper | `tower` | a layer that inserts the `AuthenticatedUser` into the request's extensions |
//! | any other | none | [`Authenticator::authenticate`], and a [`Rejection`] with the response |
//!
//! [`Authenticator::with_dpop`] accepts tokens that are bound to a key ([`dpop`](crate::dpop), RFC 9449) in all of them.
//!
//! What a single route requires, such as a scope, a claim or a recent sign-in, is an [`AccessPolicy`].
//!
//! `examples/` has a service for each.

#[cfg(feature = "actix")]
pub mod actix;
mod authenticator;
#[cfg(feature = "axum")]
pub mod axum;
mod policy;
mod rejection;
mod rejection_event;
#[cfg(any(feature = "axum", feature = "tower"))]
mod request_head;
#[cfg(any(feature = "axum", feature = "tower"))]
mod response_head;
#[cfg(feature = "tower")]
pub mod tower;

pub use authenticator::Authenticator;
pub use policy::AccessPolicy;
pub use rejection::Rejection;
pub use rejection_event::RejectionEvent;
#[cfg(any(feature = "axum", feature = "tower"))]
pub use request_head::OriginalPath;
