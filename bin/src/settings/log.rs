use std::io::{IsTerminal as _, stderr};

use serde::{Deserialize, Deserializer, Serialize, de::Error as _};
use tracing_subscriber::EnvFilter;

/// What is logged, and how.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LogSettings {
    /// Directives of [`EnvFilter`].
    #[serde(deserialize_with = "filter")]
    pub(crate) filter: String,
    format: Option<LogFormat>,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { filter: "info".to_owned(), format: None }
    }
}

impl LogSettings {
    /// The configured format; by default text on a terminal, else JSON.
    pub(crate) fn format(&self) -> LogFormat {
        self.format.unwrap_or(if stderr().is_terminal() { LogFormat::Text } else { LogFormat::Json })
    }
}

#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[serde(try_from = "String", rename_all = "lowercase")]
pub(crate) enum LogFormat {
    Text,
    Json,
}

impl TryFrom<String> for LogFormat {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        match text.as_str() {
            "text" => Ok(Self::Text),
            "json" => Ok(Self::Json),
            _ => Err("must be text or json"),
        }
    }
}

fn filter<'de, D: Deserializer<'de>>(value: D) -> Result<String, D::Error> {
    let filter = String::deserialize(value)?;
    EnvFilter::try_new(&filter).map_err(D::Error::custom)?;
    Ok(filter)
}
