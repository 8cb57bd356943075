//! A secret shared by Better Auth and a service.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use super::weak_secret::is_weak;
use crate::ConfigError;

/// The secret that Better Auth signs with: the value of `BETTER_AUTH_SECRET`.
///
/// The key is the UTF-8 bytes of the text, exactly as given: nothing is trimmed, base64 and hex are not decoded. `Debug` does
/// not show it, and its memory is wiped on drop.
///
/// ```
/// use auth_core::{ConfigError, SharedSecret};
///
/// assert!(SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs").is_ok());
/// assert_eq!(SharedSecret::parse("hunter2").unwrap_err(), ConfigError::SecretTooShort { bytes: 7 });
/// assert_eq!(
///     SharedSecret::parse("better-auth-secret-12345678901234567890").unwrap_err(),
///     ConfigError::WeakSecret,
/// );
/// ```
#[derive(Clone, Eq, PartialEq)]
pub struct SharedSecret(Zeroizing<String>);

impl SharedSecret {
    /// The minimum length in bytes: that of the hash (RFC 7518 §3.2).
    pub const MIN_BYTES: usize = 32;

    /// Parses the value of a setting.
    ///
    /// Rejects a text of fewer than [`MIN_BYTES`](Self::MIN_BYTES) with [`ConfigError::SecretTooShort`], and a published
    /// placeholder or a simple pattern with [`ConfigError::WeakSecret`].
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        if text.len() < Self::MIN_BYTES {
            return Err(ConfigError::SecretTooShort { bytes: text.len() });
        }
        if is_weak(text) {
            return Err(ConfigError::WeakSecret);
        }
        Ok(Self::new_unchecked(text))
    }

    pub(crate) fn new_unchecked(text: &str) -> Self {
        Self(Zeroizing::new(text.to_owned()))
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        self.0.as_bytes()
    }
}

impl FromStr for SharedSecret {
    type Err = ConfigError;

    fn from_str(text: &str) -> Result<Self, ConfigError> {
        Self::parse(text)
    }
}

impl fmt::Debug for SharedSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SharedSecret(…)")
    }
}
