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

use tower_layer::Layer;

pub use service::Authenticate;

use super::Authenticator;

#[cfg(doc)]
use crate::AuthenticatedUser;

/// Rejects requests without a valid token.
#[derive(Clone, Debug)]
pub struct AuthenticateLayer {
    authenticator: Authenticator,
}

impl AuthenticateLayer {
    /// Authenticates every request with this authenticator.
    #[must_use]
    pub fn new(authenticator: Authenticator) -> Self {
        Self { authenticator }
    }
}

impl<S> Layer<S> for AuthenticateLayer {
    type Service = Authenticate<S>;

    fn layer(&self, inner: S) -> Authenticate<S> {
        Authenticate::new(self.authenticator.clone(), inner)
    }
}
