use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize};
use todo_store::DatabaseUrl;

use super::{
    error::SettingsError,
    serde_helpers::{redacted, whole_number},
};

/// Where tasks are stored.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DatabaseSettings {
    /// Can contain a password.
    #[serde(serialize_with = "redacted")]
    url: SecretString,
    #[serde(deserialize_with = "max_connections")]
    pub(crate) max_connections: u32,
}

impl Default for DatabaseSettings {
    fn default() -> Self {
        Self { url: "sqlite://data/todo.db?mode=rwc".into(), max_connections: 16 }
    }
}

impl DatabaseSettings {
    /// The parsed URL.
    pub(crate) fn url(&self) -> Result<DatabaseUrl, SettingsError> {
        self.url.expose_secret().parse().map_err(|error| SettingsError::invalid("database.url", error))
    }
}

fn max_connections<'de, D: Deserializer<'de>>(value: D) -> Result<u32, D::Error> {
    whole_number(value, &(1..=1000))
}
