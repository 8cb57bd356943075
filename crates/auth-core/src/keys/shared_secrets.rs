//! Several shared secrets, during the rotation of a secret.

use std::str::FromStr;

use super::SharedSecret;
use crate::ConfigError;

/// One or more shared secrets, newest first. All verify, in this order; new tokens are signed with the first.
///
/// The text form is that of Better Auth's `BETTER_AUTH_SECRETS`: `2:new,1:old`. Each version is a whole number and occurs
/// once; the order of the list counts, not the numbers. White space around an entry, a version or a secret is ignored. A
/// secret may contain a colon but no comma.
///
/// ```
/// use auth_core::{SharedSecret, SharedSecrets, VerificationKeys};
///
/// let listed = SharedSecrets::parse("2:Jt2bXy6LhNs7Wq0mV1r4Zr8C3m1cDk9o,1:7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?;
/// let plain = SharedSecret::parse("9oJt2bXy6LhNs7Wq0mV1r4Zr8C3m1cDk")?;
/// let keys = VerificationKeys::from(listed.with_fallback(plain));
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SharedSecrets(Vec<SharedSecret>);

impl SharedSecrets {
    /// Parses the value of `BETTER_AUTH_SECRETS`.
    ///
    /// Rejects another form with [`ConfigError::InvalidSecretEntry`], a version that occurs twice with
    /// [`ConfigError::DuplicateSecretVersion`], and a secret that [`SharedSecret::parse`] rejects with
    /// [`ConfigError::WeakSecretInList`].
    pub fn parse(list: &str) -> Result<Self, ConfigError> {
        let mut versions = Vec::new();
        let mut secrets = Vec::new();
        for (entry, text) in (1..).zip(list.split(',')) {
            let (version, secret) = parse_entry(text).ok_or(ConfigError::InvalidSecretEntry { entry })?;
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

    /// Adds the plain `BETTER_AUTH_SECRET`, which verifies after all others. Does nothing if the list contains it.
    #[must_use]
    pub fn with_fallback(mut self, plain: SharedSecret) -> Self {
        if !self.0.contains(&plain) {
            self.0.push(plain);
        }
        self
    }

    /// The secret that new tokens are signed with: the first.
    #[must_use]
    pub fn signing_secret(&self) -> &SharedSecret {
        // Never empty: both constructors add a secret.
        &self.0[0]
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &SharedSecret> {
        self.0.iter()
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

fn parse_entry(entry: &str) -> Option<(u64, &str)> {
    let (version, secret) = entry.split_once(':')?;
    let version = trim(version);
    // `parse` alone would accept a sign.
    let is_number = version.bytes().all(|byte| byte.is_ascii_digit());
    Some((version.parse().ok().filter(|_| is_number)?, trim(secret)))
}

/// Removes what JavaScript's `trim` removes, so that Better Auth and this crate use the same key.
fn trim(text: &str) -> &str {
    text.trim_matches(|c: char| c == '\u{feff}' || (c.is_whitespace() && c != '\u{85}'))
}
