use std::{fmt, sync::Arc};

use serde::{Serialize, Serializer};

/// The opaque id of the user who owns a task: 1 to [`OwnerId::MAX_BYTES`] bytes without control characters, compared
/// byte for byte.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 255, example = "awroGELRKynayhrkUY8vlg7fLYiAWsqC"))]
pub struct OwnerId(
    // Each task of a page holds one; clones share the text.
    Arc<str>,
);

/// The text is empty, longer than [`OwnerId::MAX_BYTES`] or contains a control character.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a user id has 1 to {max} bytes and no control characters", max = OwnerId::MAX_BYTES)]
pub struct OwnerIdError;

impl OwnerId {
    /// Maximum length in bytes (UTF-8).
    pub const MAX_BYTES: usize = 255;

    /// Creates the id of a user whom the caller has authenticated. The tasks of this user become accessible by it, so
    /// `clippy.toml` restricts its callers (`disallowed-methods`).
    pub fn from_verified(id: impl Into<Arc<str>>) -> Result<Self, OwnerIdError> {
        let id = id.into();
        let is_valid = (1..=Self::MAX_BYTES).contains(&id.len()) && !id.chars().any(char::is_control);
        is_valid.then_some(Self(id)).ok_or(OwnerIdError)
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Serialize for OwnerId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Display for OwnerId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "tests of the restricted constructor")]
mod tests {
    use super::*;

    #[test]
    fn valid_owner_id_is_kept_byte_for_byte() {
        for id in ["a", "Ann", " ann ", "ann/bob", "å", &"x".repeat(255)] {
            assert_eq!(OwnerId::from_verified(id).unwrap().as_str(), id);
        }
    }

    #[test]
    fn owner_id_out_of_bounds_or_with_control_character_is_rejected() {
        for id in ["", "a\0b", "a\nb", "\u{85}", &"x".repeat(256), &"å".repeat(128)] {
            assert_eq!(OwnerId::from_verified(id), Err(OwnerIdError));
        }
    }
}
