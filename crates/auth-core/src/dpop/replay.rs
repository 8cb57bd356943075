//! Used proofs (RFC 9449 §11.1).

use std::collections::{BTreeMap, HashSet};
use std::fmt;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};

/// Remembers used proofs until they are too old, so that each is accepted once.
///
/// [`MemoryReplayStore`] is the default and concerns one process. With several replicas a proof can be used once at each of them, unless
/// they share a store, for example `SET id 1 NX EX seconds` of Redis.
///
/// ```
/// use auth_core::dpop::{ReplayEntry, ReplayError, ReplayFuture, ReplayStore};
///
/// struct Shared;
///
/// impl ReplayStore for Shared {
///     fn insert(&self, entry: ReplayEntry) -> ReplayFuture<'_> {
///         // Insert `entry.id()` unless it is there; forget it after `entry.lifetime_seconds()`.
///         let _ = entry;
///         Box::pin(async { Err(ReplayError::Unavailable) })
///     }
/// }
/// ```
pub trait ReplayStore: Send + Sync + 'static {
    /// Inserts the entry unless it is there, as one atomic step.
    ///
    /// Returns [`ReplayError::Replayed`] if it is there, and [`ReplayError::Unavailable`] if the store cannot tell or cannot keep it:
    /// the request is rejected with 503. The caller does not limit the duration.
    fn insert(&self, entry: ReplayEntry) -> ReplayFuture<'_>;
}

/// What [`ReplayStore::insert`] returns.
pub type ReplayFuture<'s> = Pin<Box<dyn Future<Output = Result<(), ReplayError>> + Send + 's>>;

/// Why a proof is not inserted.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ReplayError {
    /// The store has it already.
    #[error("the proof was used before")]
    Replayed,
    /// The store is full or cannot be reached.
    #[error("the store of used proofs is not available")]
    Unavailable,
}

/// A used proof.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ReplayEntry {
    pub(super) id: [u8; 32],
    pub(super) now: u64,
    pub(super) expires_at: u64,
}

impl ReplayEntry {
    /// The SHA-256 hash of the thumbprint of the key and the `jti`: two clients may choose the same `jti`.
    #[must_use]
    pub fn id(&self) -> [u8; 32] {
        self.id
    }

    /// The time of the request, in whole seconds since 1970.
    #[must_use]
    pub fn now(&self) -> u64 {
        self.now
    }

    /// The last second in which the proof is accepted, since 1970.
    #[must_use]
    pub fn expires_at(&self) -> u64 {
        self.expires_at
    }

    /// How long to keep the entry, in seconds: 1 or more.
    #[must_use]
    pub fn lifetime_seconds(&self) -> u64 {
        self.expires_at.saturating_sub(self.now) + 1
    }
}

/// A bounded store in the memory of this process.
///
/// It forgets an entry when the proof is too old. When it is full of proofs that are not, it keeps them and rejects the new one:
/// forgetting one would make it valid again. So the capacity divided by the maximum age of a proof, plus 5 s, is the number of DPoP
/// requests a second that it sustains: with the defaults, about 1,000. Only proofs that are valid, for a valid token, take a place.
///
/// A restart forgets everything, and replicas do not share it: a proof can be used once at each process. [Nonces](super::DpopNonces)
/// under a random key for each process prevent both.
pub struct MemoryReplayStore {
    capacity: usize,
    entries: Mutex<Entries>,
}

#[derive(Default)]
struct Entries {
    ids: HashSet<[u8; 32]>,
    by_expiry: BTreeMap<u64, Vec<[u8; 32]>>,
}

impl MemoryReplayStore {
    /// The capacity of the default store. Full, it takes about 8 MB.
    pub const DEFAULT_CAPACITY: usize = 65_536;

    /// An empty store of at most this number of proofs. One of 0 accepts none.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self { capacity, entries: Mutex::default() }
    }

    fn insert_now(&self, entry: ReplayEntry) -> Result<(), ReplayError> {
        let mut entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.remove_expired(entry.now);
        if entries.ids.contains(&entry.id) {
            return Err(ReplayError::Replayed);
        }
        if entries.ids.len() >= self.capacity {
            return Err(ReplayError::Unavailable);
        }
        entries.ids.insert(entry.id);
        entries.by_expiry.entry(entry.expires_at).or_default().push(entry.id);
        Ok(())
    }
}

impl Entries {
    fn remove_expired(&mut self, now: u64) {
        while let Some(first) = self.by_expiry.first_entry().filter(|first| *first.key() < now) {
            for id in first.remove() {
                self.ids.remove(&id);
            }
        }
    }
}

impl Default for MemoryReplayStore {
    fn default() -> Self {
        Self::new(Self::DEFAULT_CAPACITY)
    }
}

impl ReplayStore for MemoryReplayStore {
    fn insert(&self, entry: ReplayEntry) -> ReplayFuture<'_> {
        let result = self.insert_now(entry);
        Box::pin(async move { result })
    }
}

impl fmt::Debug for MemoryReplayStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryReplayStore").field("capacity", &self.capacity).finish_non_exhaustive()
    }
}
