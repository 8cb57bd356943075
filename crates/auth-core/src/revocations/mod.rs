//! Revocations: tokens that are rejected before they expire, because their session has ended.

mod list;
#[cfg(feature = "remote")]
mod remote;
mod table;

pub use list::{RevocationList, RevocationListFull};
#[cfg(feature = "remote")]
pub use remote::{RemoteRevocationList, RemoteRevocationListOptions};

use crate::{AuthenticatedUser, VerifyError};

/// A source of revocations, for [`Verifier::with_revocations`](crate::Verifier::with_revocations).
///
/// [`RevocationList`] is in memory. `RemoteRevocationList` (feature `remote`) is fetched from the application. Implement this
/// trait for another source:
///
/// ```
/// use std::collections::HashSet;
///
/// use auth_core::test_util::{self, TokenBuilder};
/// use auth_core::{AuthenticatedUser, RevocationError, Revocations, VerifyError};
///
/// /// Sessions that have ended, whenever their tokens were issued.
/// #[derive(Debug)]
/// struct EndedSessions(HashSet<String>);
///
/// impl Revocations for EndedSessions {
///     fn check(&self, user: &AuthenticatedUser) -> Result<(), RevocationError> {
///         match user.session_id() {
///             Some(session) if self.0.contains(session) => Err(RevocationError::Revoked),
///             _ => Ok(()),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let ended = EndedSessions(HashSet::from(["session-1".to_owned()]));
/// let verifier = test_util::verifier().with_revocations(ended);
/// let token = TokenBuilder::for_user("ann").claim("sid", "session-1").sign();
/// assert_eq!(verifier.verify(&token).await, Err(VerifyError::Revoked));
/// # }
/// ```
pub trait Revocations: std::fmt::Debug + Send + Sync + 'static {
    /// Returns an error if the token of this user is revoked, or if that is not known.
    ///
    /// Runs for every token that meets all other rules apart from the scopes, so it should take no more than about 0.1 µs, and
    /// must not block.
    fn check(&self, user: &AuthenticatedUser) -> Result<(), RevocationError>;
}

/// Why a source of revocations rejects a token.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum RevocationError {
    /// The token is revoked: [`VerifyError::Revoked`].
    #[error("the token is revoked")]
    Revoked,
    /// The source is required and not available: [`VerifyError::RevocationsUnavailable`].
    #[error("the list of revocations is not available")]
    Unavailable,
}

impl From<RevocationError> for VerifyError {
    fn from(error: RevocationError) -> Self {
        match error {
            RevocationError::Revoked => Self::Revoked,
            RevocationError::Unavailable => Self::RevocationsUnavailable,
        }
    }
}
