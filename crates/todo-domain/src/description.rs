use serde::{Deserialize, Serialize};

/// The description of a task: 0 to [`Description::MAX`] characters, kept exactly as given. `\n` and `\t` are the only
/// control characters allowed.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, max_length = 5000, example = "Two litres, the one with the blue cap"))]
pub struct Description(String);

/// The rule that a rejected description breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DescriptionError {
    /// More than [`Description::MAX`] characters.
    #[error("must be at most {max} characters long", max = Description::MAX)]
    TooLong,
    /// A control character other than `\n` and `\t`.
    #[error("must not contain control characters other than line feed and tab")]
    ControlCharacter,
}

impl Description {
    /// Maximum length in characters (Unicode scalar values).
    pub const MAX: usize = 5000;

    /// Creates a description from a stored row, without validation: it was validated before it was stored, and the
    /// database checks its length. Use `TryFrom<String>` for input.
    #[must_use]
    pub const fn new_unchecked(description: String) -> Self {
        Self(description)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Description {
    type Error = DescriptionError;

    fn try_from(text: String) -> Result<Self, DescriptionError> {
        if text.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) {
            return Err(DescriptionError::ControlCharacter);
        }
        // A character takes at least one byte, so most descriptions need no counting.
        if text.len() > Self::MAX && text.chars().count() > Self::MAX {
            return Err(DescriptionError::TooLong);
        }
        Ok(Self(text))
    }
}

impl From<Description> for String {
    fn from(description: Description) -> Self {
        description.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn accepted_description_is_kept_unchanged(text in any::<String>()) {
            if let Ok(description) = Description::try_from(text.clone()) {
                prop_assert_eq!(description.as_str(), text);
            }
        }
    }

    #[test]
    fn control_character_except_line_feed_and_tab_is_rejected() {
        assert!(Description::try_from("one\n\ttwo ".to_owned()).is_ok());
        for text in ["a\r\nb", "a\0", "\u{1b}[31m", "\u{9b}"] {
            assert_eq!(Description::try_from(text.to_owned()), Err(DescriptionError::ControlCharacter));
        }
    }

    #[test]
    fn description_length_is_counted_in_characters() {
        assert!(Description::try_from("é".repeat(5000)).is_ok());
        assert_eq!(Description::try_from("é".repeat(5001)), Err(DescriptionError::TooLong));
    }
}
