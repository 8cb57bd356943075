use std::str::FromStr;

use serde::Serialize;

/// Whether a task is done.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum TaskStatus {
    /// Still to do.
    Incomplete,
    /// Done.
    Complete,
}

/// The text names no status.
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
    fn a_status_reads_what_it_writes() {
        for status in [TaskStatus::Incomplete, TaskStatus::Complete] {
            let json = serde_json::to_string(&status).unwrap();
            assert_eq!(json.trim_matches('"').parse(), Ok(status));
        }
        assert_eq!("Complete".parse::<TaskStatus>(), Err(ParseTaskStatusError));
    }
}
