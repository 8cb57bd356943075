use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};

/// Whose tasks: a user's opaque id, 1 to [`OwnerId::MAX_BYTES`] bytes without control characters, compared byte for byte.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 255, example = "awroGELRKynayhrkUY8vlg7fLYiAWsqC"))]
pub struct OwnerId(
    // Every task of a page has one: clones share the text.
    Arc<str>,
);

/// The text cannot be a user's id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a user id has 1 to {max} bytes and no control characters", max = OwnerId::MAX_BYTES)]
pub struct OwnerIdError;

impl OwnerId {
    /// The longest id, in bytes.
    pub const MAX_BYTES: usize = 255;

    /// Asserts that whoever asks owns this id. Only code that has verified it may: the lint `disallowed_methods`
    /// keeps everyone else away.
    pub fn from_verified(id: impl Into<Arc<str>>) -> Result<Self, OwnerIdError> {
        let id = id.into();
        let fits = (1..=Self::MAX_BYTES).contains(&id.len()) && !id.chars().any(char::is_control);
        fits.then_some(Self(id)).ok_or(OwnerIdError)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for OwnerId {
    fn serialize<S: Serializer>(&self, json: S) -> Result<S::Ok, S::Error> {
        json.serialize_str(&self.0)
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "these tests are about the from_verified itself")]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_kept_byte_for_byte() {
        for id in ["a", "Ann", " ann ", "ann/bob", "å", &"x".repeat(255)] {
            assert_eq!(OwnerId::from_verified(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn what_no_token_may_carry_is_no_id() {
        for id in ["", "a\0b", "a\nb", "\u{85}", &"x".repeat(256), &"å".repeat(128)] {
            assert_eq!(OwnerId::from_verified(id), Err(OwnerIdError));
        }
    }
}
