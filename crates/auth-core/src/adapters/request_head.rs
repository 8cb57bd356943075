//! The head of a request, in the `http` types that axum, tower and tonic share.

use http::header::{AUTHORIZATION, HeaderValue};
use http::request::Parts;

use crate::dpop::RequestHead;

/// The path that the client has requested, for a service that sees only a part of it.
///
/// A nested router of axum removes its prefix from the path, and a [DPoP](crate::dpop) proof is for the whole path. Extractors and layers
/// inside of one reject the proof unless an outer layer puts this value into the extensions of the request. A layer around the outer
/// router sees the whole path and does not need it.
///
/// ```
/// use auth_core::adapters::{Authenticator, OriginalPath};
/// use auth_core::{AuthenticatedUser, test_util};
/// use axum::extract::Request;
/// use axum::{Router, middleware, routing::get};
///
/// async fn me(user: AuthenticatedUser) -> String {
///     user.user_id().to_owned()
/// }
///
/// async fn record_path(mut request: Request) -> Request {
///     let path = OriginalPath::new(request.uri().path());
///     request.extensions_mut().insert(path);
///     request
/// }
///
/// let authenticator = Authenticator::new(test_util::verifier(), "todo");
/// let app: Router = Router::new()
///     .nest("/api", Router::new().route("/me", get(me)))
///     .layer(middleware::map_request(record_path))
///     .with_state(authenticator);
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct OriginalPath(Box<str>);

impl OriginalPath {
    /// The path as received, percent-encoded, without the query.
    #[must_use]
    pub fn new(path: &str) -> Self {
        Self(path.into())
    }
}

pub(super) fn request_head(parts: &Parts) -> RequestHead<'_> {
    let path = parts.extensions.get::<OriginalPath>().map_or(parts.uri.path(), |path| &path.0);
    RequestHead::new(parts.method.as_str(), path)
        .authorization(parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes))
        .dpop(parts.headers.get_all("dpop").iter().map(HeaderValue::as_bytes))
}
