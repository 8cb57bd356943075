//! The authentication of a request, independent of the web framework.

use std::sync::Arc;

use serde::de::DeserializeOwned;

use super::Rejection;
use super::policy::{self, AccessPolicy};
use super::rejection_event::{RejectionEvent, RejectionHook};
use crate::bearer::{self, BearerError, Challenges, ProtectedResource, Scheme};
use crate::dpop::{DpopError, DpopVerifier, RequestHead};
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
    resource: Option<Arc<ProtectedResource>>,
    resource_metadata: Option<Arc<str>>,
    dpop: Option<Arc<DpopVerifier>>,
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
            resource: None,
            resource_metadata: None,
            dpop: None,
        }
    }

    /// Accepts tokens that are bound to a key, under the scheme `DPoP` and with a proof (RFC 9449): see [`dpop`](crate::dpop). Bearer
    /// tokens stay accepted unless DPoP is [required](DpopVerifier::required); a token with `cnf` never is one.
    ///
    /// Challenges and the metadata of the [resource](Self::with_resource) name the algorithms. A second call replaces the verifier.
    ///
    /// Proofs are for a method and a URL, so the methods that take only `Authorization` fields accept no token under `DPoP`: use those
    /// that end in `_request`. The extractors and layers do.
    #[must_use]
    pub fn with_dpop(mut self, dpop: DpopVerifier) -> Self {
        self.challenges = Arc::new(Challenges::clone(&self.challenges).with_dpop(&dpop));
        self.dpop = Some(Arc::new(dpop));
        self.with_current_metadata()
    }

    /// Names the metadata of this resource in every challenge, `resource_metadata` (RFC 9728 §5.1), and makes the document: its
    /// `authorization_servers` are the issuers that the verifier requires. Call it once.
    #[must_use]
    pub fn with_resource(mut self, resource: &ProtectedResource) -> Self {
        let challenges = Challenges::clone(&self.challenges).with_resource_metadata(&resource.metadata_url());
        self.challenges = Arc::new(challenges);
        self.resource = Some(Arc::new(resource.clone()));
        self.with_current_metadata()
    }

    fn with_current_metadata(mut self) -> Self {
        let document =
            |resource: &ProtectedResource| resource.document(self.verifier.issuers().collect(), self.dpop.as_deref());
        self.resource_metadata = self.resource.as_deref().map(|resource| document(resource).to_string().into());
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
        self.authenticate_request(&RequestHead::new("", "").authorization(authorization)).await
    }

    /// Like [`authenticate_as`](Self::authenticate_as), for a request that may have a [DPoP](Self::with_dpop) proof.
    pub async fn authenticate_request<C: DeserializeOwned + 'static>(
        &self,
        request: &RequestHead<'_>,
    ) -> Result<AuthenticatedUser<C>, Rejection> {
        let (scheme, token) = self.credentials(request).map_err(|error| self.reject(error))?;
        self.verify(scheme, token, request).await
    }

    /// Returns the user of a request that meets the policy of a route, given the values of all its `Authorization` fields.
    pub async fn authorize<'a, P: AccessPolicy>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<AuthenticatedUser<P::Claims>, Rejection> {
        self.authorize_request::<P>(&RequestHead::new("", "").authorization(authorization)).await
    }

    /// Like [`authorize`](Self::authorize), for a request that may have a [DPoP](Self::with_dpop) proof.
    pub async fn authorize_request<P: AccessPolicy>(
        &self,
        request: &RequestHead<'_>,
    ) -> Result<AuthenticatedUser<P::Claims>, Rejection> {
        let (scheme, token) = self.credentials(request).map_err(|error| self.reject(error))?;
        let user = self.verify(scheme, token, request).await?;
        policy::check::<P>(&user, self.verifier.unix_seconds())
            .map_err(|error| self.reject_token(error, scheme, Some(token)))?;
        Ok(user)
    }

    /// Returns the user of a request, or `None` for a request without bearer credentials, for a route that serves both. Credentials
    /// that are not valid are rejected: the client should learn that its token has expired.
    pub async fn authenticate_optional<'a, C: DeserializeOwned + 'static>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Option<AuthenticatedUser<C>>, Rejection> {
        self.authenticate_optional_request(&RequestHead::new("", "").authorization(authorization)).await
    }

    /// Like [`authenticate_optional`](Self::authenticate_optional), for a request that may have a [DPoP](Self::with_dpop) proof. A proof
    /// without a token is no credential.
    pub async fn authenticate_optional_request<C: DeserializeOwned + 'static>(
        &self,
        request: &RequestHead<'_>,
    ) -> Result<Option<AuthenticatedUser<C>>, Rejection> {
        match self.credentials(request) {
            Ok((scheme, token)) => self.verify(scheme, token, request).await.map(Some),
            Err(BearerError::MissingCredentials) => Ok(None),
            Err(error) => Err(self.reject(error)),
        }
    }

    /// The only credentials of a request.
    fn credentials<'r>(&self, request: &RequestHead<'r>) -> Result<(Scheme, &'r str), BearerError> {
        bearer::credentials_from(request.authorization_fields(), self.dpop.is_some())
    }

    async fn verify<C: DeserializeOwned + 'static>(
        &self,
        scheme: Scheme,
        token: &str,
        request: &RequestHead<'_>,
    ) -> Result<AuthenticatedUser<C>, Rejection> {
        let result = match (scheme, self.dpop.as_deref()) {
            (Scheme::Dpop, Some(dpop)) => self.verify_bound(dpop, token, request).await,
            (Scheme::Bearer, Some(dpop)) if dpop.is_required() => Err(BearerError::DpopRequired),
            _ => self.verifier.verify_as(token).await.map_err(Into::into),
        };
        result.map_err(|error| self.reject_token(self.with_required_scopes(error), scheme, Some(token)))
    }

    /// The replay store is last: only a proof that is accepted takes a place in it.
    async fn verify_bound<C: DeserializeOwned + 'static>(
        &self,
        dpop: &DpopVerifier,
        token: &str,
        request: &RequestHead<'_>,
    ) -> Result<AuthenticatedUser<C>, BearerError> {
        let mut used_proof = None;
        let confirm = |payload: Option<&str>| {
            let (thumbprint, entry) = dpop.verify_bound(request, token, payload, self.verifier.now())?;
            used_proof = Some(entry);
            Ok(Some(thumbprint.into_boxed_str()))
        };
        let user = self.verifier.verify_bound(token, confirm).await?;
        if let Some(entry) = used_proof {
            dpop.record(entry).await?;
        }
        Ok(user)
    }

    /// A new nonce for DPoP proofs, if [nonces](DpopVerifier::with_nonces) are configured: the value of `DPoP-Nonce` in a response with
    /// any status, so that the client need not repeat its next request (RFC 9449 §8.2). Rejections that require a nonce have one.
    #[must_use]
    pub fn dpop_nonce(&self) -> Option<String> {
        self.dpop.as_ref()?.issue_nonce(self.verifier.unix_seconds())
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
        let scheme = if user.key_thumbprint().is_some() { Scheme::Dpop } else { Scheme::Bearer };
        user.require_scope(scope).map_err(|error| self.reject_token(error, scheme, None))
    }

    /// The verifier.
    #[must_use]
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// A missing scope of the validation is reported with all scopes that the validation requires.
    fn with_required_scopes(&self, error: BearerError) -> BearerError {
        match error {
            BearerError::InvalidToken(VerifyError::InsufficientScope)
                if !self.verifier.required_scopes().is_empty() =>
            {
                BearerError::InsufficientScope { scope: self.verifier.required_scopes().join(" ").into() }
            }
            error => error,
        }
    }

    /// Returns the response for a reason of the service's own to reject a request, and reports it.
    #[must_use]
    pub fn reject(&self, error: BearerError) -> Rejection {
        self.reject_token(error, Scheme::Bearer, None)
    }

    fn reject_token(&self, error: BearerError, scheme: Scheme, token: Option<&str>) -> Rejection {
        let is_logged = tracing::enabled!(tracing::Level::DEBUG);
        if is_logged || self.on_rejection.is_some() {
            let event = RejectionEvent { error: &error, key_id: token.and_then(unverified_key_id) };
            tracing::debug!(reason = error.reason(), key_id = event.key_id, "request rejected");
            if let Some(hook) = &self.on_rejection {
                hook.call(&event);
            }
        }
        let needs_nonce = matches!(error, BearerError::InvalidDpopProof(DpopError::NonceRequired));
        let nonce = if needs_nonce { self.dpop_nonce() } else { None };
        Rejection::new(error, scheme, nonce, Arc::clone(&self.challenges))
    }
}
