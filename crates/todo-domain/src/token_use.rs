use std::{fmt, str::FromStr};

use serde::Serialize;

use crate::UtcDate;

/// The id of a personal access token (`jti`, RFC 7519 §4.1.7): 1 to [`JwtId::MAX_BYTES`] printable ASCII characters.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 64, example = "Zt3kQh0ZbT9sWcXo2yVnLrEuJm5fPgKd"))]
pub struct JwtId(Box<str>);

/// The text is empty, longer than [`JwtId::MAX_BYTES`] or contains another character than printable ASCII.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("the id of a token has 1 to {max} printable ASCII characters", max = JwtId::MAX_BYTES)]
pub struct JwtIdError;

impl JwtId {
    /// Maximum length in bytes. The ids of the web app have 32.
    pub const MAX_BYTES: usize = 64;

    /// Creates an id from a stored row, without validation: the database checks the length.
    #[must_use]
    pub fn new_unchecked(id: String) -> Self {
        Self(id.into())
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for JwtId {
    type Err = JwtIdError;

    fn from_str(text: &str) -> Result<Self, JwtIdError> {
        let is_valid =
            (1..=Self::MAX_BYTES).contains(&text.len()) && text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
        is_valid.then(|| Self(text.into())).ok_or(JwtIdError)
    }
}

impl fmt::Display for JwtId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The last use of a personal access token.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TokenUse {
    /// The token's `jti`
    pub token_id: JwtId,
    /// The day of its last use, in UTC
    pub last_used_on: UtcDate,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_id_out_of_bounds_or_not_printable_is_rejected() {
        for id in ["a", "Zt3kQh0Z", "a b", "~", &"x".repeat(64)] {
            assert_eq!(id.parse::<JwtId>().unwrap().as_str(), id);
        }
        for text in ["", "a\n", "\0", "\u{7f}", "é", &"x".repeat(65)] {
            assert_eq!(text.parse::<JwtId>(), Err(JwtIdError), "{text:?}");
        }
    }

    #[test]
    fn token_use_is_an_id_and_a_date() {
        let used = TokenUse { token_id: "t-1".parse().unwrap(), last_used_on: UtcDate::from_days(20_777) };
        let json = serde_json::json!({ "token_id": "t-1", "last_used_on": "2026-11-20" });
        assert_eq!(serde_json::to_value(used).unwrap(), json);
    }
}
