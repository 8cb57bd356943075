//! For [axum](https://docs.rs/axum): [`AuthenticatedUser`] is an extractor.
//!
//! The [`Authenticator`] is the router's state, or a part of it that `FromRef` gives out:
//!
//! ```
//! use auth_core::adapters::Authenticator;
//! use auth_core::{AuthenticatedUser, test_util};
//! use axum::{Router, routing::get};
//!
//! async fn me(user: AuthenticatedUser) -> String {
//!     user.user_id().to_owned()
//! }
//!
//! let authenticator = Authenticator::new(test_util::verifier(), "todo");
//! let app: Router = Router::new().route("/me", get(me)).with_state(authenticator);
//! ```
//!
//! A handler without that parameter is open to everybody. Where all of a router shall be closed, use the layer of the
//! feature `tower` and take `Extension<AuthenticatedUser>`.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::request::Parts;

use super::{Authenticator, Rejection};
use crate::AuthenticatedUser;

impl<S> FromRequestParts<S> for AuthenticatedUser
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let fields = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
        Authenticator::from_ref(state).authenticate(fields).await
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.head().map(|()| Body::from(self.problem()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Self::CONTENT_TYPE));
        response
    }
}
