//! The authentication of a request, independent of the web framework.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::Rejection;
use super::policy::{self, AccessPolicy};
use super::rejection_event::{RejectionEvent, RejectionHook};
use crate::bearer::{self, BearerError, Challenges, ProtectedResource};
use crate::jws::unverified_key_id;
use crate::{AuthenticatedUser, Verifier, VerifyError};

/// A [`Verifier`] with the [`Challenges`] of a realm. Clones are cheap and share both.
///
/// ```
/// use auth_core::adapters::Authenticator;
/// use auth_core::test_util;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), auth_core::adapters::Rejection> {
/// let authenticator = Authenticator::new(test_util::verifier(), "todo");
///
/// let field = format!("Bearer {}", test_util::access_token("ann"));
/// assert_eq!(authenticator.authenticate([field.as_bytes()]).await?.user_id(), "ann");
///
/// let rejection = authenticator.authenticate([]).await.unwrap_err();
/// assert_eq!(rejection.status(), 401);
/// assert_eq!(rejection.challenge().as_deref(), Some(r#"Bearer realm="todo""#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Authenticator {
    verifier: Arc<Verifier>,
    challenges: Arc<Challenges>,
    on_rejection: Option<RejectionHook>,
    resource_metadata: Option<Arc<str>>,
}

impl Authenticator {
    /// Uses this verifier, and this realm in the challenges: a name for the protected space that users understand
    /// (RFC 9110 §11.5).
    #[must_use]
    pub fn new(verifier: Verifier, realm: &str) -> Self {
        Self {
            verifier: Arc::new(verifier),
            challenges: Arc::new(Challenges::new(realm)),
            on_rejection: None,
            resource_metadata: None,
        }
    }

    /// Names the metadata of this resource in every challenge, `resource_metadata` (RFC 9728 §5.1), and makes the document: its
    /// `authorization_servers` are the issuers that the verifier requires. Call it once.
    #[must_use]
    pub fn with_resource(mut self, resource: &ProtectedResource) -> Self {
        let challenges = Challenges::clone(&self.challenges).with_resource_metadata(&resource.metadata_url());
        self.challenges = Arc::new(challenges);
        self.resource_metadata = Some(resource.document(self.verifier.issuers().collect()).to_string().into());
        self
    }

    /// The metadata document of the resource as JSON text (RFC 9728 §2), if there is one. Serve it as `application/json` at
    /// [`ProtectedResource::metadata_path`], without authentication.
    #[must_use]
    pub fn resource_metadata(&self) -> Option<&str> {
        self.resource_metadata.as_deref()
    }

    /// Calls this function for each rejected request, for a log or a metric. It runs before the response is sent and should take no
    /// more than some microseconds: a flood of invalid requests calls it for each. A second call replaces the function.
    ///
    /// Without it, and with it, each rejection is a `tracing` event of level `DEBUG` with the fields `reason` and `key_id`.
    ///
    /// ```
    /// use auth_core::adapters::Authenticator;
    /// use auth_core::test_util;
    ///
    /// let authenticator = Authenticator::new(test_util::verifier(), "todo").on_rejection(|rejection| {
    ///     eprintln!("rejected: {}, key id {:?}", rejection.error.reason(), rejection.key_id);
    /// });
    /// ```
    #[must_use]
    pub fn on_rejection(mut self, hook: impl Fn(&RejectionEvent<'_>) + Send + Sync + 'static) -> Self {
        self.on_rejection = Some(RejectionHook::new(hook));
        self
    }

    /// Returns the user of a request, given the values of all its `Authorization` fields.
    ///
    /// Adds no allocation to those of [`Verifier::verify`]. Returns a [`Rejection`] for the errors of [`bearer::token_from`]
    /// and of the verifier.
    pub async fn authenticate<'a>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<AuthenticatedUser, Rejection> {
        self.authenticate_as(authorization).await
    }

    /// Like [`authenticate`](Self::authenticate), with the private claims of [`Verifier::verify_as`].
    pub async fn authenticate_as<'a, C: DeserializeOwned + 'static>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<AuthenticatedUser<C>, Rejection> {
        let token = bearer::token_from(authorization).map_err(|error| self.reject(error))?;
        self.verify(token).await
    }

    /// Returns the user of a request that meets the policy of a route, given the values of all its `Authorization` fields.
    pub async fn authorize<'a, P: AccessPolicy>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<AuthenticatedUser<P::Claims>, Rejection> {
        let token = bearer::token_from(authorization).map_err(|error| self.reject(error))?;
        let user = self.verify(token).await?;
        policy::check::<P>(&user, self.verifier.unix_seconds())
            .map_err(|error| self.reject_token(error, Some(token)))?;
        Ok(user)
    }

    /// Returns the user of a request, or `None` for a request without bearer credentials, for a route that serves both. Credentials
    /// that are not valid are rejected: the client should learn that its token has expired.
    pub async fn authenticate_optional<'a, C: DeserializeOwned + 'static>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Option<AuthenticatedUser<C>>, Rejection> {
        match bearer::token_from(authorization) {
            Ok(token) => self.verify(token).await.map(Some),
            Err(BearerError::MissingCredentials) => Ok(None),
            Err(error) => Err(self.reject(error)),
        }
    }

    async fn verify<C: DeserializeOwned + 'static>(&self, token: &str) -> Result<AuthenticatedUser<C>, Rejection> {
        let result = self.verifier.verify_as(token).await;
        result.map_err(|error| self.reject_token(self.bearer_error(error), Some(token)))
    }

    /// Returns a [`Rejection`] with status 403 unless the user's token [has this scope](AuthenticatedUser::has_scope).
    ///
    /// ```
    /// use auth_core::adapters::Authenticator;
    /// use auth_core::test_util::{self, TokenBuilder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), auth_core::adapters::Rejection> {
    /// let authenticator = Authenticator::new(test_util::verifier(), "todo");
    /// let token = TokenBuilder::for_user("ann").claim("client_id", "calendar").claim("scope", "tasks:read").sign();
    /// let user = authenticator.authenticate([format!("Bearer {token}").as_bytes()]).await?;
    ///
    /// let rejection = authenticator.require_scope(&user, "tasks:write").unwrap_err();
    /// assert_eq!(rejection.status(), 403);
    /// # Ok(())
    /// # }
    /// ```
    pub fn require_scope<C>(&self, user: &AuthenticatedUser<C>, scope: &str) -> Result<(), Rejection> {
        user.require_scope(scope).map_err(|error| self.reject(error))
    }

    /// The verifier.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// A missing scope of the validation is reported with all scopes that the validation requires.
    fn bearer_error(&self, error: VerifyError) -> BearerError {
        match error {
            VerifyError::InsufficientScope if !self.verifier.required_scopes().is_empty() => {
                BearerError::InsufficientScope { scope: self.verifier.required_scopes().join(" ").into() }
            }
            error => error.into(),
        }
    }

    /// Returns the response for a reason of the service's own to reject a request, and reports it.
    #[must_use]
    pub fn reject(&self, error: BearerError) -> Rejection {
        self.reject_token(error, None)
    }

    fn reject_token(&self, error: BearerError, token: Option<&str>) -> Rejection {
        let is_logged = tracing::enabled!(tracing::Level::DEBUG);
        if is_logged || self.on_rejection.is_some() {
            let event = RejectionEvent { error: &error, key_id: token.and_then(unverified_key_id) };
            tracing::debug!(reason = error.reason(), key_id = event.key_id, "request rejected");
            if let Some(hook) = &self.on_rejection {
                hook.call(&event);
            }
        }
        Rejection::new(error, Arc::clone(&self.challenges))
    }
}
