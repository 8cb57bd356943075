//! For everything that takes [tower](https://docs.rs/tower) layers: axum, [tonic](https://docs.rs/tonic), hyper.
//!
//! A service inside [`AuthenticateLayer`] receives only requests with an [`AuthenticatedUser`] in their extensions. The layer
//! answers all others in their protocol:
//!
//! - HTTP: status and challenge (RFC 6750 §3) with an empty body, because the body type is the service's. The
//!   [`BearerError`](crate::bearer::BearerError) is in the response's extensions, for an outer layer that logs it or writes a
//!   body.
//! - gRPC, detected by its content type: the status `UNAUTHENTICATED` (`PERMISSION_DENIED` for a missing scope, `UNAVAILABLE`
//!   while the issuer's keys are missing), with the challenge as metadata.
//!
//! ```
//! use auth_core::adapters::{Authenticator, tower::AuthenticateLayer};
//! use auth_core::{AuthenticatedUser, test_util};
//! use axum::{Extension, Router, routing::get};
//!
//! async fn me(Extension(user): Extension<AuthenticatedUser>) -> String {
//!     user.user_id().to_owned()
//! }
//!
//! let authenticator = Authenticator::new(test_util::verifier(), "todo");
//! let app: Router = Router::new().route("/me", get(me)).layer(AuthenticateLayer::new(authenticator));
//! ```
//!
//! Put a CORS layer outside of it: a browser sends preflight requests without a token.

mod error_response;
mod service;

use std::fmt;
use std::marker::PhantomData;

use tower_layer::Layer;

pub use service::Authenticate;

use super::{AccessPolicy, Authenticator};

#[cfg(doc)]
use crate::AuthenticatedUser;

/// Rejects requests without a valid token, and without the [`AccessPolicy`] `P`, by default none.
pub struct AuthenticateLayer<P = AnyUser> {
    authenticator: Authenticator,
    policy: PhantomData<fn() -> P>,
}

/// The policy that every user meets.
#[derive(Clone, Copy, Debug)]
pub struct AnyUser;

impl AccessPolicy for AnyUser {
    type Claims = ();
}

impl AuthenticateLayer {
    /// Authenticates every request with this authenticator.
    #[must_use]
    pub fn new(authenticator: Authenticator) -> Self {
        Self { authenticator, policy: PhantomData }
    }

    /// Also requires a policy of every request. The extensions have an `AuthenticatedUser<P::Claims>` then.
    ///
    /// ```
    /// use auth_core::adapters::{AccessPolicy, Authenticator, tower::AuthenticateLayer};
    /// use auth_core::test_util;
    /// use axum::{Router, routing::post};
    ///
    /// struct WriteTasks;
    ///
    /// impl AccessPolicy for WriteTasks {
    ///     type Claims = ();
    ///     const SCOPES: &'static [&'static str] = &["tasks:write"];
    /// }
    ///
    /// let authenticator = Authenticator::new(test_util::verifier(), "todo");
    /// let layer = AuthenticateLayer::new(authenticator).requiring::<WriteTasks>();
    /// let app: Router = Router::new().route("/tasks", post(async || "created")).route_layer(layer);
    /// ```
    #[must_use]
    pub fn requiring<P: AccessPolicy>(self) -> AuthenticateLayer<P> {
        AuthenticateLayer { authenticator: self.authenticator, policy: PhantomData }
    }
}

// Not derived: `P` is a name only and has no value.
impl<P> Clone for AuthenticateLayer<P> {
    fn clone(&self) -> Self {
        Self { authenticator: self.authenticator.clone(), policy: PhantomData }
    }
}

impl<P> fmt::Debug for AuthenticateLayer<P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticateLayer").field("authenticator", &self.authenticator).finish_non_exhaustive()
    }
}

impl<S, P: AccessPolicy> Layer<S> for AuthenticateLayer<P> {
    type Service = Authenticate<S, P>;

    fn layer(&self, inner: S) -> Authenticate<S, P> {
        Authenticate::new(self.authenticator.clone(), inner)
    }
}
