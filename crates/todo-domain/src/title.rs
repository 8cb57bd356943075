use serde::{Deserialize, Serialize};

/// The title of a task: trimmed, one line, 1 to [`Title::MAX`] characters.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(try_from = "String")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 1, max_length = 255, example = "Buy milk"))]
pub struct Title(String);

/// The rule that a rejected title breaks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub enum TitleError {
    /// No character is left after trimming.
    #[error("must not be blank")]
    Blank,
    /// More than [`Title::MAX`] characters are left after trimming.
    #[error("must be at most {max} characters long", max = Title::MAX)]
    TooLong,
    /// A line break or another control character.
    #[error("must be one line without control characters")]
    ControlCharacter,
}

impl Title {
    /// Maximum length in characters (Unicode scalar values), counted after trimming.
    pub const MAX: usize = 255;

    /// Creates a title from a stored row, without validation: it was validated before it was stored, and the database
    /// checks its length. Use `TryFrom<String>` for input.
    #[must_use]
    pub const fn new_unchecked(title: String) -> Self {
        Self(title)
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Title {
    type Error = TitleError;

    fn try_from(mut text: String) -> Result<Self, TitleError> {
        text.truncate(text.trim_end().len());
        text.drain(..text.len() - text.trim_start().len());
        if text.is_empty() {
            return Err(TitleError::Blank);
        }
        if text.chars().any(is_line_break_or_control) {
            return Err(TitleError::ControlCharacter);
        }
        // A character takes at least one byte, so most titles need no counting.
        if text.len() > Self::MAX && text.chars().count() > Self::MAX {
            return Err(TitleError::TooLong);
        }
        Ok(Self(text))
    }
}

impl From<Title> for String {
    fn from(title: Title) -> Self {
        title.0
    }
}

/// Whether it is a control character (general category Cc), U+2028 LINE SEPARATOR or U+2029 PARAGRAPH SEPARATOR.
fn is_line_break_or_control(character: char) -> bool {
    character.is_control() || matches!(character, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn title(text: &str) -> Result<Title, TitleError> {
        Title::try_from(text.to_owned())
    }

    proptest! {
        #[test]
        fn accepted_title_is_trimmed_one_line_and_within_bounds(text in any::<String>()) {
            if let Ok(title) = title(&text) {
                let kept = title.as_str();
                prop_assert_eq!(kept, text.trim());
                prop_assert!((1..=Title::MAX).contains(&kept.chars().count()));
                prop_assert!(!kept.chars().any(char::is_control));
            }
        }

        #[test]
        fn title_round_trips_through_json(text in "\\PC{1,255}") {
            if let Ok(title) = title(&text) {
                let json = serde_json::to_string(&title).unwrap();
                prop_assert_eq!(serde_json::from_str::<Title>(&json).unwrap(), title);
            }
        }
    }

    #[test]
    fn title_length_is_counted_in_characters() {
        assert!(title(&"é".repeat(255)).is_ok());
        assert!(title(&"👩".repeat(255)).is_ok());
        assert_eq!(title(&"é".repeat(256)), Err(TitleError::TooLong));
        assert!(title(&format!("  {}\t", "x".repeat(255))).is_ok());
    }

    #[test]
    fn blank_title_and_title_with_control_character_are_rejected() {
        for blank in ["", " ", "\t\n", "\u{3000}\u{a0}"] {
            assert_eq!(title(blank), Err(TitleError::Blank));
        }
        for broken in ["a\nb", "a\tb", "a\0b", "a\u{85}b", "a\u{2028}b", "a\u{7f}"] {
            assert_eq!(title(broken), Err(TitleError::ControlCharacter));
        }
    }
}
