use std::sync::Arc;

use actix_web::{
    HttpMessage as _, HttpRequest,
    http::header::{AUTHORIZATION, HeaderValue},
};
use auth_core::{
    AuthenticatedUser, Verifier,
    bearer::{self, BearerError},
};
use todo_domain::OwnerId;
use todo_store::{OwnerTasks, Store};
use tracing::{Level, enabled};

use crate::{error::ApiError, path, rate_limit::RateLimit};

/// The only door to anybody's tasks: nobody else holds the store.
#[derive(Clone)]
pub struct Gate {
    inner: Arc<Inner>,
}

struct Inner {
    verifier: Verifier,
    store: Store,
    rate_limit: Option<RateLimit>,
}

impl Gate {
    /// A gate before this store that lets in whom this verifier knows, each user no faster than the limit, if any.
    #[must_use]
    pub fn new(verifier: Verifier, store: Store, rate_limit: Option<RateLimit>) -> Self {
        Self { inner: Arc::new(Inner { verifier, store, rate_limit }) }
    }

    /// The caller's own tasks: 401 without a valid token, 403 when the path names somebody else.
    pub(crate) async fn admit(&self, request: &HttpRequest) -> Result<OwnerTasks, ApiError> {
        let fields = request.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes);
        let token = bearer::token_from(fields)?;
        let user = self.inner.verifier.verify(token).await.map_err(BearerError::from)?;
        let owner = owner_of_path(&user, request.uri().path()).ok_or(ApiError::AnotherUser)?;
        if enabled!(Level::INFO) {
            // For the request's line in the log, which names nobody who was not let in.
            request.extensions_mut().insert(owner.clone());
        }
        if let Some(limit) = &self.inner.rate_limit {
            limit.check(&owner)?;
        }
        Ok(self.inner.store.for_owner(owner))
    }

    /// Whether the store answers.
    pub(crate) async fn ready(&self) -> Result<(), ApiError> {
        Ok(self.inner.store.ping().await?)
    }
}

/// The verified user as the owner that the path names; nothing when it names somebody else.
fn owner_of_path(user: &AuthenticatedUser, path: &str) -> Option<OwnerId> {
    let named = path::user_id(path)?;
    if named != user.user_id() {
        return None;
    }
    #[expect(clippy::disallowed_methods, reason = "this is the gate: the subject is verified and is the path's user")]
    OwnerId::from_verified(named).ok()
}
