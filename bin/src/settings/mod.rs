//! The settings of the service: defaults, then `todo.toml`, then the environment. Loading connects nowhere and reads only
//! files that settings name.

mod auth;
mod database;
mod error;
mod http;
mod limits;
mod log;
mod serde_helpers;
mod sources;
mod variables;

use std::{env, ffi::OsString, path::PathBuf};

use config::{Config, Source as _, Value, ValueKind};
use serde::{Deserialize, Serialize};

pub(crate) use auth::AuthSettings;
pub(crate) use database::DatabaseSettings;
pub(crate) use error::SettingsError;
pub(crate) use http::HttpSettings;
pub(crate) use limits::LimitsSettings;
pub(crate) use log::{LogFormat, LogSettings};
pub(crate) use variables::variable_of;

/// The limit of requests, and the key that it had before there was a section for limits.
const REQUESTS_PER_MINUTE: &str = "limits.requests_per_minute";
const OLD_REQUESTS_PER_MINUTE: &str = "http.requests_per_minute";

/// All settings, one section a field.
#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    pub(crate) auth: AuthSettings,
    pub(crate) database: DatabaseSettings,
    pub(crate) http: HttpSettings,
    pub(crate) limits: LimitsSettings,
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
        let config = sources::load(file, environment, keys)?;
        let is_set = |key| config.get::<Value>(key).is_ok();
        if is_set(REQUESTS_PER_MINUTE) && is_set(OLD_REQUESTS_PER_MINUTE) {
            let new_name = variable_of(REQUESTS_PER_MINUTE);
            let problem = format!("is the old name of {new_name}, which is set as well: unset this one");
            return Err(SettingsError::invalid(OLD_REQUESTS_PER_MINUTE, problem));
        }
        let mut settings: Self = config.try_deserialize()?;
        if let Some(requests_per_minute) = settings.http.requests_per_minute.take() {
            settings.limits.requests_per_minute = requests_per_minute.get();
        }
        let keys = settings.auth.keys()?;
        settings.auth.revocations(&keys)?;
        settings.auth.verifier(keys)?;
        settings.database.url()?;
        settings.http.allowed_origins()?;
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
