use std::{fmt, str::FromStr};

use serde::Serialize;

/// Which task: 1 to [`TaskId::MAX`], so that a JavaScript number holds it exactly (RFC 8259 §6).
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = i64, minimum = 1, maximum = 9_007_199_254_740_991_i64, example = 42))]
pub struct TaskId(i64);

/// Why something is not a task id.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("a task id is a whole number from 1 to {max}, in plain decimal digits", max = TaskId::MAX)]
pub struct TaskIdError;

impl TaskId {
    /// The largest id: 2^53 − 1.
    pub const MAX: i64 = (1 << 53) - 1;

    /// An id from a number within 1 to [`TaskId::MAX`].
    pub fn new(id: i64) -> Result<Self, TaskIdError> {
        (1..=Self::MAX).contains(&id).then_some(Self(id)).ok_or(TaskIdError)
    }

    /// The id of a stored row; the database keeps the same bounds.
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

/// One spelling for each id: digits only, no sign, no leading zero.
impl FromStr for TaskId {
    type Err = TaskIdError;

    fn from_str(text: &str) -> Result<Self, TaskIdError> {
        let canonical = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
        let id = canonical.then(|| text.parse().ok()).flatten().ok_or(TaskIdError)?;
        Self::new(id)
    }
}

impl fmt::Display for TaskId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_id_is_read_back_from_its_own_text(id in 1..=TaskId::MAX) {
            prop_assert_eq!(id.to_string().parse(), TaskId::new(id));
        }

        #[test]
        fn whatever_is_read_is_written_the_same_way(text in "\\PC{0,20}") {
            if let Ok(id) = text.parse::<TaskId>() {
                prop_assert_eq!(id.to_string(), text);
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
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
