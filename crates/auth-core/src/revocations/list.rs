//! Revocations in memory.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::table::{Revocation, RevocationKey, RevocationTable};
use super::{RevocationError, Revocations};
use crate::{AuthenticatedUser, Clock};

/// A bounded list of revocations in memory. Clones share the entries: give one to
/// [`Verifier::with_revocations`](crate::Verifier::with_revocations), and keep one to add entries.
///
/// A check costs up to two hash lookups; with an empty list, one atomic load.
///
/// ```
/// use auth_core::test_util::{self, TokenBuilder};
/// use auth_core::{Clock, RevocationList, VerifyError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let now = 1_800_000_000;
/// let (clock, _) = Clock::fixed(now);
/// let revocations = RevocationList::new();
/// let verifier = test_util::verifier().with_clock(clock).with_revocations(revocations.clone());
///
/// let token = TokenBuilder::for_user("ann").claim("sid", "session-1").issued_at(now - 10).sign();
/// assert!(verifier.verify(&token).await.is_ok());
///
/// // The session ends now. Its tokens live for 15 minutes, and the leeway is at most 60 s.
/// revocations.revoke_session("session-1", now, now + 900 + 60)?;
/// assert_eq!(verifier.verify(&token).await, Err(VerifyError::Revoked));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct RevocationList(Arc<Shared>);

struct Shared {
    /// Never locked across an await. Written for each new entry only.
    table: RwLock<RevocationTable>,
    /// The number of entries, so that an empty list takes no lock.
    len: AtomicUsize,
    clock: Clock,
}

impl RevocationList {
    /// The maximum number of entries: about 8 MB of user and session ids of 32 characters.
    pub const MAX_ENTRIES: usize = 50_000;

    /// An empty list.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty list that reads the time from another clock, to drop the entries that have ended.
    #[must_use]
    pub fn with_clock(clock: Clock) -> Self {
        Self(Arc::new(Shared { table: RwLock::default(), len: AtomicUsize::new(0), clock }))
    }

    /// Revokes the tokens of a session: those whose `sid` is `session_id` and whose `iat` is `before` or earlier, or missing.
    ///
    /// `before` and `until` are in seconds since 1970. The entry is dropped after `until`, when all its tokens have expired:
    /// the latest `exp` that they can have, plus the leeway. An entry that exists is extended.
    ///
    /// Returns [`RevocationListFull`] if there are [`MAX_ENTRIES`](Self::MAX_ENTRIES) others that have not ended. The tokens
    /// are not revoked then.
    pub fn revoke_session(&self, session_id: &str, before: u64, until: u64) -> Result<(), RevocationListFull> {
        self.insert(RevocationKey::Session(session_id), Revocation { before, until })
    }

    /// Revokes the tokens of a user: those whose `sub` is `user_id` and whose `iat` is `before` or earlier, or missing. Otherwise
    /// like [`revoke_session`](Self::revoke_session).
    pub fn revoke_subject(&self, user_id: &str, before: u64, until: u64) -> Result<(), RevocationListFull> {
        self.insert(RevocationKey::Subject(user_id), Revocation { before, until })
    }

    /// The number of entries, including those that have ended and are not dropped yet.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len.load(Ordering::Acquire)
    }

    /// Whether there are no entries.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn insert(&self, key: RevocationKey<'_>, revocation: Revocation) -> Result<(), RevocationListFull> {
        // A poisoned lock is consistent: nothing panics while it is held.
        let mut table = self.0.table.write().unwrap_or_else(PoisonError::into_inner);
        if table.len() >= Self::MAX_ENTRIES && !table.contains(key) {
            table.remove_ended(self.0.clock.unix_seconds());
        }
        let has_room = table.len() < Self::MAX_ENTRIES || table.contains(key);
        if has_room {
            table.insert(key, revocation);
        }
        self.0.len.store(table.len(), Ordering::Release);
        if has_room { Ok(()) } else { Err(RevocationListFull) }
    }
}

impl Default for Shared {
    fn default() -> Self {
        Self { table: RwLock::default(), len: AtomicUsize::new(0), clock: Clock::system() }
    }
}

impl Revocations for RevocationList {
    fn check(&self, user: &AuthenticatedUser) -> Result<(), RevocationError> {
        if self.is_empty() {
            return Ok(());
        }
        let table = self.0.table.read().unwrap_or_else(PoisonError::into_inner);
        if table.revokes(user) { Err(RevocationError::Revoked) } else { Ok(()) }
    }
}

/// Shows the number of entries: ids of sessions and users are not logged.
impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RevocationList").field("entries", &self.len()).finish_non_exhaustive()
    }
}

/// The list has [`RevocationList::MAX_ENTRIES`] entries that have not ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the list of revocations is full: it has 50,000 entries that have not ended")]
pub struct RevocationListFull;
