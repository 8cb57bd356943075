use std::{borrow::Cow, sync::Arc, time::SystemTime};

use actix_web::{
    Error, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{AUTHORIZATION, HeaderValue},
    },
    middleware::Next,
    web::Data,
};
use auth_core::{AuthenticatedUser, RevocationList, Revocations as _, Verifier, VerifyError, adapters::Authenticator};
use serde::Deserialize;
use todo_domain::OwnerId;
use todo_store::{OwnerTasks, Store};
use tracing::warn;
use utoipa::IntoParams;

use crate::{
    error::ApiError,
    extract::accept::accepts_json,
    limits::{RateLimit, ResponseLimit, ResponsePermit, UserLimits},
    token_uses::TokenUseRecorder,
};

/// The protection space that challenges name (RFC 9110 §11.5).
const REALM: &str = "todo";

/// The longest time for which a token of a session is accepted: the longest lifetime that the web app allows, one day, and
/// the largest leeway. Personal access tokens live longer, but by then the issuer's list of revocations has the user.
const MAX_TOKEN_LIFETIME_SECONDS: u64 = 24 * 60 * 60 + 60;

/// Authenticates a request and authorizes it for the user in the path. Holds the only [`Store`], so no other code in
/// this crate can read tasks.
#[derive(Clone, Debug)]
pub struct Authorizer {
    authenticator: Authenticator,
    store: Store,
    rate_limit: Option<Arc<RateLimit>>,
    response_limit: Arc<ResponseLimit>,
    /// The users whose data was deleted by this process.
    deleted_users: Option<RevocationList>,
    token_uses: Arc<TokenUseRecorder>,
}

impl Authorizer {
    /// Accepts the tokens that `verifier` accepts, and limits each user.
    #[must_use]
    pub fn new(verifier: Verifier, store: Store, limits: UserLimits) -> Self {
        Self {
            authenticator: Authenticator::new(verifier, REALM),
            store,
            rate_limit: limits.requests_per_minute.map(RateLimit::per_minute).map(Arc::new),
            response_limit: Arc::new(ResponseLimit::new(limits.unfinished_responses)),
            deleted_users: None,
            token_uses: Arc::new(TokenUseRecorder::new()),
        }
    }

    /// Revokes the tokens that a user has when everything of the user is deleted, in this process. Without this a token of
    /// an account that is being deleted can create tasks until the issuer's list of revocations has the user.
    ///
    /// For an issuer that deletes accounts in this way. A user who is not deleted there needs a new token.
    #[must_use]
    pub fn revoking_tokens_of_deleted_users(mut self) -> Self {
        self.deleted_users = Some(RevocationList::new());
        self
    }

    /// The tasks of the user in the path: 401 without a valid token, 403 when its subject is another user or when it lacks
    /// the scope of the request.
    async fn authorize(&self, request: &ServiceRequest) -> Result<OwnerTasks, ApiError> {
        let authorization = request.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes);
        let user = self.authenticator.authenticate(authorization).await?;
        self.reject_deleted_user(&user, request)?;
        let Some(owner) = owner_from_path(&user, request) else {
            // The security event names the user of the token.
            request.extensions_mut().insert(user);
            return Err(ApiError::NotOwner);
        };
        let tasks = self.store.for_owner(owner);
        if is_user_deletion(request) {
            self.authenticator.require_scope(&user, required_scope(request.method()))?;
            request.extensions_mut().insert(user);
        } else {
            // Also if a scope is missing: the owner of the token learns that somebody uses it.
            self.token_uses.record(&user, &tasks);
            self.authenticator.require_scope(&user, required_scope(request.method()))?;
        }
        Ok(tasks)
    }

    /// A repeat of the deletion is accepted with the same token, since its response may have been lost.
    fn reject_deleted_user(&self, user: &AuthenticatedUser, request: &ServiceRequest) -> Result<(), ApiError> {
        match &self.deleted_users {
            Some(deleted_users) if !is_user_deletion(request) => {
                let revoked = |error| self.authenticator.reject(VerifyError::from(error).into());
                Ok(deleted_users.check(user).map_err(revoked)?)
            }
            _ => Ok(()),
        }
    }

    /// Revokes the tokens that a deleted user has now, if they are to be revoked. A token of a client deletes the data and not
    /// the account, so the user's tokens stay valid.
    pub(crate) fn revoke_tokens_of_deleted_user(&self, user: &AuthenticatedUser) {
        let Some(deleted_users) = &self.deleted_users else { return };
        if user.scopes().is_some() {
            return;
        }
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
        if let Err(error) = deleted_users.revoke_subject(user.user_id(), now, now + MAX_TOKEN_LIFETIME_SECONDS) {
            warn!(%error, "the tokens of a deleted user are valid until the issuer's list of revocations has the user");
        }
    }

    /// Counts a request. Returns its permit, or an error if the user is at a limit.
    fn count_request(&self, user: &OwnerId) -> Result<ResponsePermit, ApiError> {
        if let Some(rate_limit) = &self.rate_limit {
            rate_limit.check(user)?;
        }
        self.response_limit.acquire(user)
    }

    /// Returns an error unless the database responds.
    pub(crate) async fn ping(&self) -> Result<(), ApiError> {
        Ok(self.store.ping().await?)
    }
}

/// Middleware of the scope `/api/{user_id}`: puts the caller's [`OwnerTasks`] into the request's extensions.
///
/// It runs before every extractor, so 401 and 403 precede 400, 413 and 415. An error is returned as a response: an `Err`
/// would skip the outer middleware.
pub(crate) async fn authorize(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match check(&request).await {
        Ok(permit) => {
            let response = next.call(request).await?.map_into_boxed_body();
            Ok(match permit {
                Some(permit) => permit.hold_while_sending(response),
                None => response,
            })
        }
        Err(error) => Ok(request.error_response(error)),
    }
}

/// Returns the permit of the response, unless no limit applies.
async fn check(request: &ServiceRequest) -> Result<Option<ResponsePermit>, ApiError> {
    let authorizer = request.app_data::<Data<Authorizer>>().ok_or(ApiError::Internal(None))?;
    let tasks = authorizer.authorize(request).await?;
    let permit = if is_user_deletion(request) { Ok(None) } else { authorizer.count_request(tasks.owner()).map(Some) };
    // Also for a request that is rejected from here on: the access log names its user.
    request.extensions_mut().insert(tasks);
    let permit = permit?;
    if !accepts_json(request) {
        return Err(ApiError::NotAcceptable);
    }
    // The user id is well-formed by now, and the only other variable segment is a task id.
    if has_malformed_escape(request.uri().path()) { Err(ApiError::InvalidTaskId) } else { Ok(permit) }
}

/// The scope that a token of a client needs (RFC 6749 §3.3).
fn required_scope(method: &Method) -> &'static str {
    if method == Method::GET || method == Method::HEAD { "tasks:read" } else { "tasks:write" }
}

/// Whether this is `DELETE /api/{user_id}`, to which no limit applies: otherwise a user at a limit could not be deleted.
fn is_user_deletion(request: &ServiceRequest) -> bool {
    *request.method() == Method::DELETE && request.match_info().unprocessed().is_empty()
}

/// The user in the path.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct UserPath<'a> {
    /// The caller's user id, as in the token
    #[serde(borrow)]
    #[param(value_type = String)]
    user_id: Cow<'a, str>,
}

/// The authenticated user as owner, if the path names the same user after one percent-decoding (RFC 3986 §2.4).
fn owner_from_path(user: &AuthenticatedUser, request: &ServiceRequest) -> Option<OwnerId> {
    let UserPath { user_id } = request.match_info().load().ok()?;
    if user_id != user.user_id() || request.uri().path().split('/').nth(2).is_some_and(has_malformed_escape) {
        return None;
    }
    #[expect(clippy::disallowed_methods, reason = "the subject is verified and equals the user in the path")]
    OwnerId::from_verified(user.user_id()).ok()
}

/// Whether a `%` starts no escape (RFC 3986 §2.1). actix-router keeps such a `%`, and decodes it a second time with what
/// the first decoding put behind it: `%%361` becomes `%61`, then `a`.
fn has_malformed_escape(path: &str) -> bool {
    let is_escape = |rest: &str| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit);
    path.contains('%') && !path.split('%').skip(1).all(is_escape)
}
