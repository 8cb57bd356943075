use std::num::NonZeroU32;

use api_http::Origin;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{error::SettingsError, serde_helpers::whole_number};

/// Where and how the API is served.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct HttpSettings {
    pub(crate) host: String,
    #[serde(deserialize_with = "port")]
    pub(crate) port: u16,
    #[serde(deserialize_with = "split_commas", serialize_with = "join_commas")]
    allowed_origins: Vec<String>,
    /// The old key of `limits.requests_per_minute`, to which its value is moved.
    #[serde(deserialize_with = "requests_per_minute")]
    pub(crate) requests_per_minute: Option<NonZeroU32>,
}

impl Default for HttpSettings {
    fn default() -> Self {
        Self { host: "127.0.0.1".to_owned(), port: 8000, allowed_origins: Vec::new(), requests_per_minute: None }
    }
}

impl HttpSettings {
    /// The parsed origins.
    pub(crate) fn allowed_origins(&self) -> Result<Vec<Origin>, SettingsError> {
        let origins: Result<_, _> = self.allowed_origins.iter().map(|origin| origin.parse()).collect();
        origins.map_err(|error: api_http::OriginError| SettingsError::invalid("http.allowed_origins", error))
    }
}

fn port<'de, D: Deserializer<'de>>(value: D) -> Result<u16, D::Error> {
    whole_number(value, &(0..=65_535))
}

fn requests_per_minute<'de, D: Deserializer<'de>>(value: D) -> Result<Option<NonZeroU32>, D::Error> {
    const MAX: NonZeroU32 = NonZeroU32::new(1_000_000).unwrap();
    whole_number(value, &(NonZeroU32::MIN..=MAX)).map(Some)
}

fn split_commas<'de, D: Deserializer<'de>>(value: D) -> Result<Vec<String>, D::Error> {
    let list = String::deserialize(value)?;
    Ok(list.split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect())
}

fn join_commas<S: Serializer>(list: &[String], serializer: S) -> Result<S::Ok, S::Error> {
    (!list.is_empty()).then(|| list.join(",")).serialize(serializer)
}
