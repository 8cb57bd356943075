use std::fmt;

use config::ConfigError;

use super::variables::variable_of;

/// A setting that cannot be used. The message states key, environment variable and fix, and never a secret's value.
#[derive(Debug)]
pub(crate) struct SettingsError(String);

impl SettingsError {
    /// An error of one setting.
    pub(super) fn invalid(key: &str, problem: impl fmt::Display) -> Self {
        Self(format!("setting {key} ({}): {problem}", variable_of(key)))
    }

    /// An error of a source of settings.
    pub(super) fn new(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl fmt::Display for SettingsError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}

/// Only messages of this module are passed on: those of `config` quote the value.
impl From<ConfigError> for SettingsError {
    fn from(error: ConfigError) -> Self {
        match error {
            ConfigError::Foreign(error) => match error.downcast() {
                Ok(error) => *error,
                Err(error) => Self(error.to_string()),
            },
            ConfigError::At { key: Some(key), error, .. } => Self::invalid(&key, error),
            ConfigError::Type { key: Some(key), .. } => Self::invalid(&key, "must be one value, not a table or a list"),
            error => Self(format!("the settings cannot be read: {error}")),
        }
    }
}

/// `config` passes errors of a source through.
impl From<SettingsError> for ConfigError {
    fn from(error: SettingsError) -> Self {
        Self::Foreign(Box::new(error))
    }
}
