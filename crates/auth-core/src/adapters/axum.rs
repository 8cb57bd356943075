//! For [axum](https://docs.rs/axum): [`AuthenticatedUser`] is an extractor.
//!
//! The [`Authenticator`] is the router's state, or a part of it with `FromRef`:
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
//! A handler without that parameter is public. To require a user for all handlers of a router, use the layer of the feature
//! `tower` and the extractor `Extension<AuthenticatedUser>`.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::{Authenticator, Rejection};
use crate::AuthenticatedUser;

impl<S, C> FromRequestParts<S> for AuthenticatedUser<C>
where
    C: DeserializeOwned + 'static,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        let authorization = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
        Authenticator::from_ref(state).authenticate_as(authorization).await
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.head().map(|()| Body::from(self.problem_json()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Self::CONTENT_TYPE));
        response
    }
}
