//! The entries of a list of revocations, by session and by subject.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crate::AuthenticatedUser;

/// Which tokens of a session or of a subject are revoked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Revocation {
    /// Tokens that were issued until then, in seconds since 1970. Tokens without `iat` are revoked too.
    pub(super) before: u64,
    /// When the last one of them has expired, in seconds since 1970.
    pub(super) until: u64,
}

/// What a revocation names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum RevocationKey<'k> {
    /// The value of `sid`.
    Session(&'k str),
    /// The value of `sub`.
    Subject(&'k str),
}

/// Revocations by key. The hashes are randomly keyed, so user ids cannot be chosen to make them collide.
#[derive(Debug, Default)]
pub(super) struct RevocationTable {
    sessions: HashMap<Box<str>, Revocation>,
    subjects: HashMap<Box<str>, Revocation>,
}

impl RevocationTable {
    pub(super) fn len(&self) -> usize {
        self.sessions.len() + self.subjects.len()
    }

    /// Two entries with one key become one that covers both.
    pub(super) fn insert(&mut self, key: RevocationKey<'_>, revocation: Revocation) {
        let (entries, name) = match key {
            RevocationKey::Session(name) => (&mut self.sessions, name),
            RevocationKey::Subject(name) => (&mut self.subjects, name),
        };
        match entries.entry(name.into()) {
            Entry::Vacant(entry) => {
                entry.insert(revocation);
            }
            Entry::Occupied(mut entry) => {
                let known = entry.get_mut();
                known.before = known.before.max(revocation.before);
                known.until = known.until.max(revocation.until);
            }
        }
    }

    pub(super) fn contains(&self, key: RevocationKey<'_>) -> bool {
        match key {
            RevocationKey::Session(name) => self.sessions.contains_key(name),
            RevocationKey::Subject(name) => self.subjects.contains_key(name),
        }
    }

    /// Removes the entries whose tokens have all expired at `now`, in seconds since 1970.
    pub(super) fn remove_ended(&mut self, now: u64) {
        self.sessions.retain(|_, revocation| revocation.until >= now);
        self.subjects.retain(|_, revocation| revocation.until >= now);
    }

    /// Whether the token of this user is revoked. Up to two lookups.
    pub(super) fn revokes(&self, user: &AuthenticatedUser) -> bool {
        let is_covered = |revocation: &Revocation| user.issued_at().is_none_or(|iat| iat <= revocation.before);
        let session = user.session_id().filter(|_| !self.sessions.is_empty()).and_then(|sid| self.sessions.get(sid));
        let subject = || if self.subjects.is_empty() { None } else { self.subjects.get(user.user_id()) };
        session.is_some_and(is_covered) || subject().is_some_and(is_covered)
    }
}
