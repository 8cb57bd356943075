//! What can be configured: defaults, then `todo.toml`, then the environment. A bad value stops the start.

mod error;
mod keys;
mod load;
mod values;

use std::num::NonZeroU32;

use anyhow::Context as _;
use api_http::Origin;
use auth_core::{JwkSet, RemoteJwkSet, SharedSecrets, Validation, VerificationKeys, Verifier};
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

/// Whose tokens are accepted. At least one of the three kinds of keys is there.
pub(crate) struct Auth {
    pub(crate) secrets: Option<SharedSecrets>,
    pub(crate) jwks_file: Option<JwkSet>,
    pub(crate) jwks_url: Option<RemoteJwkSet>,
    pub(crate) jwks_address: Option<String>,
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Option<String>,
    pub(crate) leeway_seconds: u64,
    pub(crate) policy: Validation,
}

impl Auth {
    pub(crate) fn verifier(self) -> anyhow::Result<Verifier> {
        let kinds = [
            self.secrets.map(VerificationKeys::from),
            self.jwks_file.map(VerificationKeys::from),
            self.jwks_url.map(VerificationKeys::from),
        ];
        let keys =
            kinds.into_iter().flatten().reduce(VerificationKeys::merge).context("there is no key to verify with")?;
        Ok(Verifier::new(keys, self.policy)?)
    }

    /// Whether public keys are believed: then whom a token is from and for has to be known.
    pub(crate) fn has_jwks(&self) -> bool {
        self.jwks_file.is_some() || self.jwks_url.is_some()
    }
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
