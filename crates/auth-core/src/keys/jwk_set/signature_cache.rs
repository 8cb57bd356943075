//! Tokens whose signatures were found good.

use std::fmt;
use std::sync::{Mutex, TryLockError};

use aws_lc_rs::constant_time::verify_slices_are_equal;

use crate::jws::Compact;

/// A bounded memory of good signatures: a token that comes again costs a comparison and not an elliptic curve.
///
/// It says of exact bytes that this set's keys have signed them, and nothing else: claims and times are judged each time.
/// It belongs to one set and is gone with it, so nothing in it can outlive a key.
///
/// Each token has one place, found by bytes of its signature, which the issuer's key alone makes; a newer token takes the
/// place over. So there is no order to keep and nothing to wait for: a place that another thread is at counts as empty.
pub(super) struct Remembered {
    places: Box<[Mutex<Option<Good>>]>,
}

struct Good {
    signing_input: Box<str>,
    signature: Box<[u8]>,
}

impl Remembered {
    const MAX_TOKENS: usize = 65_536;

    /// The longest token that is kept: it bounds the memory, at ten times an ordinary token.
    const MAX_BYTES: usize = 4096;

    /// A power of two of places, at least so many up to the most.
    pub(super) fn new(tokens: usize) -> Self {
        let places = tokens.clamp(1, Self::MAX_TOKENS).next_power_of_two();
        Self { places: std::iter::repeat_with(Mutex::default).take(places).collect() }
    }

    pub(super) fn holds(&self, jws: &Compact<'_>) -> bool {
        self.at_place_of(jws, |place| place.as_ref().is_some_and(|good| good.is(jws))).unwrap_or(false)
    }

    pub(super) fn add(&self, jws: &Compact<'_>) {
        if jws.signing_input.len() <= Self::MAX_BYTES {
            let good = Good { signing_input: jws.signing_input.into(), signature: (*jws.signature).into() };
            self.at_place_of(jws, |place| *place = Some(good));
        }
    }

    fn at_place_of<T>(&self, jws: &Compact<'_>, act: impl FnOnce(&mut Option<Good>) -> T) -> Option<T> {
        // Least significant first: the highest bits of an EdDSA signature are always zero (RFC 8032 §5.1.6).
        let number = usize::try_from(u32::from_le_bytes(*jws.signature.last_chunk()?)).ok()?;
        match self.places[number & (self.places.len() - 1)].try_lock() {
            Ok(mut place) => Some(act(&mut place)),
            // What is there is whole: it is put there in one assignment.
            Err(TryLockError::Poisoned(place)) => Some(act(&mut place.into_inner())),
            Err(TryLockError::WouldBlock) => None,
        }
    }
}

impl Good {
    /// In constant time for the signature: to whom this says yes, it is a credential.
    fn is(&self, jws: &Compact<'_>) -> bool {
        *self.signing_input == *jws.signing_input && verify_slices_are_equal(&self.signature, &jws.signature).is_ok()
    }
}

impl fmt::Debug for Remembered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Remembered").field("places", &self.places.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn jws(signing_input: &str, signature: [u8; 16]) -> Compact<'_> {
        Compact { signing_input, header: "{}".into(), payload: String::new(), signature: signature.into() }
    }

    #[test]
    fn what_was_added_is_held_and_nothing_else() {
        let memory = Remembered::new(1);
        memory.add(&jws("ann", [7; 16]));
        assert!(memory.holds(&jws("ann", [7; 16])));
        assert!(!memory.holds(&jws("bob", [7; 16])), "another text, the same signature");
        let mut near = [7; 16];
        near[0] = 8;
        assert!(!memory.holds(&jws("ann", near)), "the same text, another signature at the same place");
    }

    #[test]
    fn a_newer_token_takes_the_place_over() {
        let memory = Remembered::new(1);
        memory.add(&jws("ann", [1; 16]));
        memory.add(&jws("bob", [2; 16]));
        assert!(!memory.holds(&jws("ann", [1; 16])));
        assert!(memory.holds(&jws("bob", [2; 16])));
    }

    #[test]
    fn its_size_is_bounded() {
        assert_eq!(Remembered::new(usize::MAX).places.len(), Remembered::MAX_TOKENS);
        assert_eq!(Remembered::new(1000).places.len(), 1024);
        let (memory, long) = (Remembered::new(1), "x".repeat(Remembered::MAX_BYTES + 1));
        memory.add(&jws(&long, [1; 16]));
        assert!(!memory.holds(&jws(&long, [1; 16])));
    }

    #[test]
    fn nobody_waits_for_a_place_that_is_in_use() {
        let memory = Remembered::new(1);
        memory.add(&jws("ann", [1; 16]));
        let _in_use = memory.places[0].lock().unwrap();
        assert!(!memory.holds(&jws("ann", [1; 16])));
        memory.add(&jws("bob", [2; 16]));
    }

    #[test]
    fn a_signature_too_short_to_name_a_place_is_not_held() {
        let memory = Remembered::new(4);
        let short =
            Compact { signing_input: "ann", header: "{}".into(), payload: String::new(), signature: vec![1; 3] };
        memory.add(&short);
        assert!(!memory.holds(&short));
    }
}
