//! The document around the keys.

use serde::Deserialize;
use serde_json::Value;

use super::JwkSet;
use crate::ConfigError;
use crate::json;

/// Its `keys`, each still to be judged. All other members are ignored (RFC 7517 §5).
pub(super) fn keys(document: &str) -> Result<Vec<Value>, ConfigError> {
    if document.len() > JwkSet::MAX_BYTES {
        return Err(ConfigError::JwkSetTooLarge);
    }
    // The first reader is strict, at every level, and keeps nothing; the second keeps, and would take the last of two.
    json::object::<Anything>(document).map_err(|_| ConfigError::InvalidJwkSet)?;
    let Document { keys } = serde_json::from_str(document).map_err(|_| ConfigError::InvalidJwkSet)?;
    if keys.len() > JwkSet::MAX_KEYS { Err(ConfigError::JwkSetTooLarge) } else { Ok(keys) }
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[derive(Default)]
struct Anything;

impl<'de> json::Members<'de> for Anything {
    fn slot(&mut self, _: &str) -> Option<&mut json::Value<'de>> {
        None
    }
}
