//! One secret that Better Auth and this service share.

use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use crate::ConfigError;
use crate::keys::is_placeholder;

/// What Better Auth signs with: the value of `BETTER_AUTH_SECRET`.
///
/// Its UTF-8 bytes are the key, exactly as given: nothing is trimmed, and what looks like base64 or hex is not decoded.
/// Less than 32 bytes, a published placeholder or a mere pattern is refused. `Debug` shows nothing of it, and its memory
/// is wiped when it is dropped.
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
    /// The fewest bytes that a secret may have: as many as the hash has (RFC 7518 §3.2).
    pub const MIN_BYTES: usize = 32;

    /// Takes a secret as it stands in a setting.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        if text.len() < Self::MIN_BYTES {
            return Err(ConfigError::SecretTooShort { bytes: text.len() });
        }
        if is_placeholder(text) {
            return Err(ConfigError::WeakSecret);
        }
        Ok(Self::unchecked(text))
    }

    pub(crate) fn unchecked(text: &str) -> Self {
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
