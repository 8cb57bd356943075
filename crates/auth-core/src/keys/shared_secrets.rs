//! The secrets of a change-over: new tokens carry the newest, older tokens stay good.

use std::str::FromStr;

use crate::{ConfigError, SharedSecret};

/// Shared secrets, newest first, at least one. All verify, in this order.
///
/// Written as Better Auth writes `BETTER_AUTH_SECRETS`: `2:new,1:old`. Each version is a whole number and stands once;
/// the order of the list counts, not the numbers. White space around an entry or a secret does not belong to it. A
/// secret may hold a colon but no comma.
///
/// ```
/// use auth_core::{Keys, SharedSecret, SharedSecrets};
///
/// let listed = SharedSecrets::parse("2:Jt2bXy6LhNs7Wq0mV1r4Zr8C3m1cDk9o,1:7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?;
/// let plain = SharedSecret::parse("9oJt2bXy6LhNs7Wq0mV1r4Zr8C3m1cDk")?;
/// let keys = Keys::from(listed.with_fallback(plain));
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedSecrets(Vec<SharedSecret>);

impl SharedSecrets {
    /// Reads the value of `BETTER_AUTH_SECRETS`.
    pub fn parse(list: &str) -> Result<Self, ConfigError> {
        let mut versions = Vec::new();
        let mut secrets = Vec::new();
        for (entry, text) in (1..).zip(list.split(',')) {
            let (version, secret) = version_and_secret(text).ok_or(ConfigError::InvalidSecretEntry { entry })?;
            if versions.contains(&version) {
                return Err(ConfigError::DuplicateSecretVersion { version });
            }
            versions.push(version);
            secrets.push(
                SharedSecret::parse(secret)
                    .map_err(|problem| ConfigError::WeakSecretInList { entry, problem: Box::new(problem) })?,
            );
        }
        Ok(Self(secrets))
    }

    /// Adds the plain `BETTER_AUTH_SECRET`, which verifies after all others.
    #[must_use]
    pub fn with_fallback(mut self, plain: SharedSecret) -> Self {
        if !self.0.contains(&plain) {
            self.0.push(plain);
        }
        self
    }

    /// The secret that new tokens are signed with.
    #[must_use]
    pub fn signing_secret(&self) -> &SharedSecret {
        // Never empty: both ways to make one put a secret in.
        &self.0[0]
    }

    pub(crate) fn newest_first(&self) -> &[SharedSecret] {
        &self.0
    }
}

impl From<SharedSecret> for SharedSecrets {
    fn from(secret: SharedSecret) -> Self {
        Self(vec![secret])
    }
}

impl FromStr for SharedSecrets {
    type Err = ConfigError;

    fn from_str(list: &str) -> Result<Self, ConfigError> {
        Self::parse(list)
    }
}

fn version_and_secret(entry: &str) -> Option<(u64, &str)> {
    let (version, secret) = entry.split_once(':')?;
    let version = trim(version);
    // `parse` alone would take a sign.
    let is_number = version.bytes().all(|byte| byte.is_ascii_digit());
    Some((version.parse().ok().filter(|_| is_number)?, trim(secret)))
}

/// What JavaScript's `trim` takes away, so that both sides end up with the same key.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}'))
}
