//! A cache of verified signatures.

use std::fmt;
use std::sync::{Mutex, TryLockError};

use aws_lc_rs::constant_time::verify_slices_are_equal;

/// Direct-mapped cache of verified (signing input, signature) pairs.
///
/// A hit skips the signature check only; claims are validated on every request. The slot is given by the last four bytes of
/// the signature, which only the issuer can choose; a collision evicts the older entry. A slot that another thread holds
/// counts as empty, so no request waits. The cache belongs to one JWK Set and is dropped with it, so no entry outlives its key.
pub(super) struct SignatureCache {
    slots: Box<[Mutex<Option<Entry>>]>,
}

struct Entry {
    signing_input: Box<str>,
    signature: Box<[u8]>,
}

impl SignatureCache {
    const MAX_SLOTS: usize = 65_536;

    /// The maximum length of a cached signing input, in bytes. It bounds the memory, at ten times an ordinary token.
    const MAX_SIGNING_INPUT_BYTES: usize = 4096;

    /// A cache of `capacity` slots, rounded up to a power of two and limited to [`MAX_SLOTS`](Self::MAX_SLOTS).
    pub(super) fn new(capacity: usize) -> Self {
        let slots = capacity.clamp(1, Self::MAX_SLOTS).next_power_of_two();
        Self { slots: std::iter::repeat_with(Mutex::default).take(slots).collect() }
    }

    pub(super) fn contains(&self, signing_input: &str, signature: &[u8]) -> bool {
        let matches = |entry: &Entry| entry.matches(signing_input, signature);
        self.with_slot(signature, |slot| slot.as_ref().is_some_and(matches)).unwrap_or(false)
    }

    pub(super) fn insert(&self, signing_input: &str, signature: &[u8]) {
        if signing_input.len() <= Self::MAX_SIGNING_INPUT_BYTES {
            let entry = Entry { signing_input: signing_input.into(), signature: signature.into() };
            self.with_slot(signature, |slot| *slot = Some(entry));
        }
    }

    /// Returns `None` if the signature is too short or the slot is locked.
    fn with_slot<T>(&self, signature: &[u8], operation: impl FnOnce(&mut Option<Entry>) -> T) -> Option<T> {
        // Little-endian: the highest bits of an EdDSA signature are always zero (RFC 8032 §5.1.6).
        let hash = usize::try_from(u32::from_le_bytes(*signature.last_chunk()?)).ok()?;
        match self.slots[hash & (self.slots.len() - 1)].try_lock() {
            Ok(mut slot) => Some(operation(&mut slot)),
            // The entry is consistent: it is replaced by one assignment.
            Err(TryLockError::Poisoned(slot)) => Some(operation(&mut slot.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Entry {
    /// Compares the signature in constant time: it is a credential.
    fn matches(&self, signing_input: &str, signature: &[u8]) -> bool {
        *self.signing_input == *signing_input && verify_slices_are_equal(&self.signature, signature).is_ok()
    }
}

impl fmt::Debug for SignatureCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureCache").field("slots", &self.slots.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cache_contains_only_inserted_pairs() {
        let cache = SignatureCache::new(1);
        cache.insert("ann", &[7; 16]);
        assert!(cache.contains("ann", &[7; 16]));
        assert!(!cache.contains("bob", &[7; 16]), "another signing input, the same signature");
        let mut similar = [7; 16];
        similar[0] = 8;
        assert!(!cache.contains("ann", &similar), "the same signing input, another signature in the same slot");
    }

    #[test]
    fn newer_entry_evicts_older_one_in_the_same_slot() {
        let cache = SignatureCache::new(1);
        cache.insert("ann", &[1; 16]);
        cache.insert("bob", &[2; 16]);
        assert!(!cache.contains("ann", &[1; 16]));
        assert!(cache.contains("bob", &[2; 16]));
    }

    #[test]
    fn cache_size_is_bounded() {
        assert_eq!(SignatureCache::new(usize::MAX).slots.len(), SignatureCache::MAX_SLOTS);
        assert_eq!(SignatureCache::new(1000).slots.len(), 1024);
        let (cache, long) = (SignatureCache::new(1), "x".repeat(SignatureCache::MAX_SIGNING_INPUT_BYTES + 1));
        cache.insert(&long, &[1; 16]);
        assert!(!cache.contains(&long, &[1; 16]));
    }

    #[test]
    fn locked_slot_counts_as_empty() {
        let cache = SignatureCache::new(1);
        cache.insert("ann", &[1; 16]);
        let _lock = cache.slots[0].lock().unwrap();
        assert!(!cache.contains("ann", &[1; 16]));
        cache.insert("bob", &[2; 16]);
    }

    #[test]
    fn signature_too_short_for_a_slot_is_not_cached() {
        let cache = SignatureCache::new(4);
        cache.insert("ann", &[1; 3]);
        assert!(!cache.contains("ann", &[1; 3]));
    }
}
