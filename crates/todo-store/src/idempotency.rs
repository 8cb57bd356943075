use std::str::FromStr;

use sha2::{Digest, Sha256};
use todo_domain::NewTask;

/// The name that a client gives a request, to be able to repeat it safely: 1 to [`IdempotencyKey::MAX`] printable ASCII
/// characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdempotencyKey(String);

/// The text is no idempotency key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an idempotency key has 1 to {max} printable ASCII characters", max = IdempotencyKey::MAX)]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// The most characters.
    pub const MAX: usize = 255;

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = IdempotencyKeyError;

    fn from_str(text: &str) -> Result<Self, IdempotencyKeyError> {
        let fits = (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        fits.then(|| Self(text.to_owned())).ok_or(IdempotencyKeyError)
    }
}

/// What tells one request's content from another's: the SHA-256 of its canonical JSON, 32 bytes.
pub(crate) fn fingerprint(new: &NewTask) -> Result<Vec<u8>, serde_json::Error> {
    Ok(Sha256::digest(serde_json::to_vec(new)?).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_short_and_printable() {
        for key in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "two words", "\"quoted\"", &"x".repeat(255)] {
            assert_eq!(key.parse::<IdempotencyKey>().unwrap().as_str(), key);
        }
        for text in ["", "a\n", "\0", "\u{7f}", "é", &"x".repeat(256)] {
            assert_eq!(text.parse::<IdempotencyKey>(), Err(IdempotencyKeyError));
        }
    }

    /// Keys outlive a deployment: this must never change.
    #[test]
    fn the_fingerprint_of_a_content_stays_what_it_is() {
        let new: NewTask = serde_json::from_str(r#"{"description": null, "title": " Buy milk "}"#).unwrap();
        let expected = Sha256::digest(r#"{"title":"Buy milk","description":null}"#).to_vec();
        assert_eq!(fingerprint(&new).unwrap(), expected);
    }
}
