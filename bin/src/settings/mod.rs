//! The settings of the service: defaults, then `todo.toml`, then the environment. Loading connects nowhere and reads only
//! files that settings name.

mod auth;
mod database;
mod error;
mod http;
mod log;
mod serde_helpers;
mod sources;
mod variables;

use std::{env, ffi::OsString, path::PathBuf};

use config::{Config, Source as _, ValueKind};
use serde::{Deserialize, Serialize};

pub(crate) use auth::AuthSettings;
pub(crate) use database::DatabaseSettings;
pub(crate) use error::SettingsError;
pub(crate) use http::HttpSettings;
pub(crate) use log::{LogFormat, LogSettings};
pub(crate) use variables::variable_of;

/// All settings, one section a field.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) auth: AuthSettings,
    pub(crate) database: DatabaseSettings,
    pub(crate) http: HttpSettings,
    pub(crate) log: LogSettings,
}

impl Settings {
    /// Loads and validates all settings. Returns the first error.
    pub(crate) fn load(file: Option<PathBuf>) -> Result<Self, SettingsError> {
        Self::from_sources(file, env::vars_os())
    }

    fn from_sources(
        file: Option<PathBuf>,
        environment: impl IntoIterator<Item = (OsString, OsString)>,
    ) -> Result<Self, SettingsError> {
        let keys = Self::default().entries()?.into_iter().map(|(key, _)| key).collect();
        let settings: Self = sources::load(file, environment, keys)?.try_deserialize()?;
        settings.auth.verifier(settings.auth.keys()?)?;
        settings.database.url()?;
        settings.http.allowed_origins()?;
        settings.http.trusted_proxies()?;
        Ok(settings)
    }

    /// Each key with its value as text, in alphabetical order. Secrets are redacted.
    pub(crate) fn entries(&self) -> Result<Vec<(String, String)>, SettingsError> {
        let mut entries = Vec::new();
        for (section, values) in Config::try_from(self)?.collect()? {
            for (name, value) in values.into_table()? {
                let text = match value.kind {
                    ValueKind::Nil => "(not set)".to_owned(),
                    kind => kind.to_string(),
                };
                entries.push((format!("{section}.{name}"), text));
            }
        }
        entries.sort();
        Ok(entries)
    }
}

#[cfg(test)]
mod tests;
