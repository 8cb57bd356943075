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
//! [`Authorized`] also requires the policy of a route, and `Option<AuthenticatedUser>` serves requests without credentials too:
//!
//! ```
//! use auth_core::AuthenticatedUser;
//! use auth_core::adapters::{AccessPolicy, axum::Authorized};
//!
//! struct WriteTasks;
//!
//! impl AccessPolicy for WriteTasks {
//!     type Claims = ();
//!     const SCOPES: &'static [&'static str] = &["tasks:write"];
//! }
//!
//! async fn create(Authorized(user): Authorized<WriteTasks>) -> String {
//!     user.user_id().to_owned()
//! }
//!
//! async fn home(user: Option<AuthenticatedUser>) -> String {
//!     user.map_or("a guest".to_owned(), |user| user.user_id().to_owned())
//! }
//! ```
//!
//! A handler without such a parameter is public. To require a user for all handlers of a router, use the layer of the feature
//! `tower` and the extractor `Extension<AuthenticatedUser>`.

use axum_core::body::Body;
use axum_core::extract::{FromRef, FromRequestParts, OptionalFromRequestParts};
use axum_core::response::{IntoResponse, Response};
use http::header::{CONTENT_TYPE, HeaderValue};
use http::request::Parts;
use serde::de::DeserializeOwned;

use super::request_head::request_head;
use super::{AccessPolicy, Authenticator, Rejection};
use crate::AuthenticatedUser;

impl<S, C> FromRequestParts<S> for AuthenticatedUser<C>
where
    C: DeserializeOwned + Send + 'static,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Authenticator::from_ref(state).authenticate_request(&request_head(parts)).await
    }
}

/// `None` for a request without bearer credentials. Credentials that are not valid are rejected.
impl<S, C> OptionalFromRequestParts<S> for AuthenticatedUser<C>
where
    C: DeserializeOwned + Send + 'static,
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, Rejection> {
        Authenticator::from_ref(state).authenticate_optional_request(&request_head(parts)).await
    }
}

/// The user of a request that meets the [`AccessPolicy`] `P`.
#[derive(Clone, Debug)]
pub struct Authorized<P: AccessPolicy>(pub AuthenticatedUser<P::Claims>);

impl<S, P: AccessPolicy> FromRequestParts<S> for Authorized<P>
where
    Authenticator: FromRef<S>,
    S: Send + Sync,
{
    type Rejection = Rejection;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Rejection> {
        Authenticator::from_ref(state).authorize_request::<P>(&request_head(parts)).await.map(Self)
    }
}

impl IntoResponse for Rejection {
    fn into_response(self) -> Response {
        let mut response = self.head().map(|()| Body::from(self.problem_json()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Self::CONTENT_TYPE));
        response.extensions_mut().insert(self.error().clone());
        response
    }
}
