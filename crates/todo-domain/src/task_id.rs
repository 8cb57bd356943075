use std::{fmt, str::FromStr};

use serde::Serialize;

/// The id of a task: 1 to [`TaskId::MAX`], so that a JavaScript number represents it exactly (RFC 8259 §6).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = i64, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 42))]
pub struct TaskId(i64);

/// The value is out of range, or the text is not its canonical decimal form.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a task id is a whole number from 1 to {max}, in plain decimal digits", max = TaskId::MAX)]
pub struct TaskIdError;

impl TaskId {
    /// Maximum id: 2^53 − 1.
    pub const MAX: i64 = (1 << 53) - 1;

    /// Creates an id from a number within 1 to [`TaskId::MAX`].
    pub fn new(id: i64) -> Result<Self, TaskIdError> {
        (1..=Self::MAX).contains(&id).then_some(Self(id)).ok_or(TaskIdError)
    }

    /// Creates an id from a stored row, without validation: the database checks the same bounds.
    #[must_use]
    pub const fn new_unchecked(id: i64) -> Self {
        Self(id)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

/// Accepts only the canonical form: decimal ASCII digits without sign and leading zeros.
impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(text: &str) -> Result<Self, TaskIdError> {
        let is_canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let id = is_canonical.then(|| text.parse().ok()).flatten().ok_or(TaskIdError)?;
        Self::new(id)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn task_id_parses_from_its_own_text(id in 1..=TaskId::MAX) {
            prop_assert_eq!(id.to_string().parse(), TaskId::new(id));
        }

        #[test]
        fn accepted_text_is_the_canonical_form(text in "\\PC{0,20}") {
            if let Ok(id) = text.parse::<TaskId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn non_canonical_text_is_rejected() {
        for text in [
            "",
            "0",
            "00",
            "01",
            "+1",
            "-1",
            "1.0",
            "1e3",
            "0x1",
            " 1",
            "1 ",
            "1\n",
            "1\0",
            "٣",
            "１",
            "abc",
            "null",
            "9007199254740992",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551616",
        ] {
            assert_eq!(text.parse::<TaskId>(), Err(TaskIdError), "{text:?}");
        }
    }
}
