use std::str::FromStr;

use serde::Serialize;

/// Whether a task is complete.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TaskStatus {
    /// Not complete.
    Incomplete,
    /// Complete.
    Complete,
}

/// The text is neither `incomplete` nor `complete`.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("must be incomplete or complete")]
pub struct ParseTaskStatusError;

impl FromStr for TaskStatus {
    type Err = ParseTaskStatusError;

    fn from_str(text: &str) -> Result<Self, ParseTaskStatusError> {
        match text {
            "incomplete" => Ok(Self::Incomplete),
            "complete" => Ok(Self::Complete),
            _ => Err(ParseTaskStatusError),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn status_parses_from_its_own_json() {
        for status in [TaskStatus::Incomplete, TaskStatus::Complete] {
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json.trim_matches('"').parse(), Ok(status));
        }
        assert_eq!("Complete".parse::<TaskStatus>(), Err(ParseTaskStatusError));
    }
}
