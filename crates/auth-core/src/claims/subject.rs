//! The characters of a subject.

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory as _};

/// The maximum length of `sub`, in bytes.
const MAX_SUBJECT_BYTES: usize = 255;

/// Returns whether a subject has 1 to [`MAX_SUBJECT_BYTES`] bytes, is not only white space, and has no character that is
/// invisible or breaks a line: two user ids that differ must not look the same in a log.
pub(crate) fn is_valid_subject(sub: &str) -> bool {
    (1..=MAX_SUBJECT_BYTES).contains(&sub.len())
        && !sub.chars().any(is_control_or_format)
        && !sub.chars().all(char::is_whitespace)
}

/// Whether a character is in one of the Unicode categories Cc, Cf, Zl and Zp.
fn is_control_or_format(c: char) -> bool {
    // The user ids of Better Auth are ASCII, which needs no search in the table.
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    matches!(
        c.general_category(),
        GeneralCategory::Control
            | GeneralCategory::Format
            | GeneralCategory::LineSeparator
            | GeneralCategory::ParagraphSeparator
    )
}
