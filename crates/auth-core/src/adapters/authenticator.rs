//! What every adapter asks.

use std::sync::Arc;

use super::Rejection;
use crate::bearer::{self, BearerError, Challenges};
use crate::{AuthenticatedUser, Verifier};

/// A [`Verifier`] that speaks HTTP: from a request's `Authorization` fields to its user, or to the answer that asks for
/// one. Clones are cheap and share the verifier.
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
/// assert_eq!(rejection.challenge(), Some(r#"Bearer realm="todo""#));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct Authenticator(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    verifier: Verifier,
    challenges: Challenges,
}

impl Authenticator {
    /// Asks this verifier, and names this realm in its challenges: what a user would call the protected space
    /// (RFC 9110 §11.5).
    #[must_use]
    pub fn new(verifier: Verifier, realm: &str) -> Self {
        Self(Arc::new(Inner { verifier, challenges: Challenges::new(realm) }))
    }

    /// The user whom a request comes from, given the values of all its `Authorization` fields.
    pub async fn authenticate<'a>(
        &self,
        authorization: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<AuthenticatedUser, Rejection> {
        let reject = |why: BearerError| Rejection::new(why, self.clone());
        let token = bearer::token_from(authorization).map_err(reject)?;
        self.0.verifier.verify(token).await.map_err(|why| reject(why.into()))
    }

    pub(super) fn challenges(&self) -> &Challenges {
        &self.0.challenges
    }
}
