//! What can be configured: defaults, then `todo.toml`, then the environment. A bad value stops the start.

mod error;
mod keys;
mod load;
mod values;

use std::num::NonZeroU32;

use api_http::Origin;
use auth_core::{Policy, SharedSecrets};
use todo_store::DatabaseUrl;

pub(crate) use error::SettingsError;
pub(crate) use keys::Key;

/// All settings, parsed.
pub(crate) struct Settings {
    pub(crate) auth: Auth,
    pub(crate) database: Database,
    pub(crate) http: Http,
    pub(crate) log: Log,
    /// Each key with its value as text, secrets masked, for `check-config`.
    pub(crate) shown: Vec<(&'static Key, String)>,
}

/// Whose tokens are accepted.
pub(crate) struct Auth {
    pub(crate) secrets: SharedSecrets,
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) policy: Policy,
}

/// Where the tasks are kept.
pub(crate) struct Database {
    pub(crate) url: DatabaseUrl,
    pub(crate) max_connections: u32,
}

/// Where and how the API is served.
pub(crate) struct Http {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) allowed_origins: Vec<Origin>,
    pub(crate) requests_per_minute: Option<NonZeroU32>,
}

/// What is logged, and how.
pub(crate) struct Log {
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

#[derive(Clone, Copy)]
pub(crate) enum LogFormat {
    Text,
    Json,
}
