//! For everything that takes [tower](https://docs.rs/tower) layers: axum, [tonic](https://docs.rs/tonic), hyper.
//!
//! Behind [`AuthenticateLayer`] there are only requests with an [`AuthenticatedUser`] among their extensions; all others
//! are answered by the layer, in the protocol they came in:
//!
//! - HTTP: status and challenge (RFC 6750 §3), and no body, as the layer cannot know what the service makes its bodies of.
//!   The [`BearerError`](crate::bearer::BearerError) is among the response's extensions, for a layer outside that logs it or
//!   writes a body.
//! - gRPC, told by its content type: the status `UNAUTHENTICATED` (`PERMISSION_DENIED` for a missing scope, `UNAVAILABLE`
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
//! A layer for CORS belongs outside of it: a browser asks its preflight question without a token.

mod error_response;
mod service;

use tower_layer::Layer;

pub use service::Authenticate;

use super::Authenticator;

#[cfg(doc)]
use crate::AuthenticatedUser;

/// Lets nobody through without a verified user.
#[derive(Clone, Debug)]
pub struct AuthenticateLayer {
    authenticator: Authenticator,
}

impl AuthenticateLayer {
    /// Asks this authenticator about every request.
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
