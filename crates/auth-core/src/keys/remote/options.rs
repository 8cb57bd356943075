//! How often an issuer is asked, and for how long its last answer counts.

use std::time::Duration;

use crate::ConfigError;

/// How a [`RemoteJwkSet`](crate::RemoteJwkSet) works. Times are in whole seconds.
///
/// ```
/// use auth_core::RemoteJwkSetOptions;
///
/// let options = RemoteJwkSetOptions::new().cooldown_seconds(10).max_age_seconds(300).max_stale_seconds(3600);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RemoteJwkSetOptions {
    cooldown: u64,
    max_age: u64,
    stale: u64,
    signature_cache_capacity: usize,
}

impl RemoteJwkSetOptions {
    /// A cooldown of 30 s, a maximum age of 10 minutes, a day of service while the issuer is away, and no memory of tokens.
    #[must_use]
    pub fn new() -> Self {
        Self { cooldown: 30, max_age: 600, stale: 86_400, signature_cache_capacity: 0 }
    }

    /// The least time between the starts of two fetches, in seconds: 1 or more.
    #[must_use]
    pub fn cooldown_seconds(mut self, seconds: u64) -> Self {
        self.cooldown = seconds;
        self
    }

    /// How old a set gets before it is fetched again in the background, in seconds: 1 or more. A key that the issuer has
    /// taken away is believed for about so long.
    #[must_use]
    pub fn max_age_seconds(mut self, seconds: u64) -> Self {
        self.max_age = seconds;
        self
    }

    /// How long a set serves while the issuer is away, in seconds since it was fetched: no less than the maximum age.
    #[must_use]
    pub fn max_stale_seconds(mut self, seconds: u64) -> Self {
        self.stale = seconds;
        self
    }

    /// How many good signatures each set remembers; 0 for none. See [`JwkSet::with_signature_cache`](crate::JwkSet::with_signature_cache).
    #[must_use]
    pub fn signature_cache_capacity(mut self, tokens: usize) -> Self {
        self.signature_cache_capacity = tokens;
        self
    }

    pub(super) fn checked(self) -> Result<Self, ConfigError> {
        let make_sense = self.cooldown >= 1 && self.max_age >= 1 && self.stale >= self.max_age;
        if make_sense { Ok(self) } else { Err(ConfigError::InvalidJwkSetTimes) }
    }

    pub(super) fn cooldown(&self) -> Duration {
        Duration::from_secs(self.cooldown)
    }

    pub(super) fn max_age(&self) -> Duration {
        Duration::from_secs(self.max_age)
    }

    pub(super) fn stale(&self) -> Duration {
        Duration::from_secs(self.stale)
    }

    pub(super) fn memory(&self) -> usize {
        self.signature_cache_capacity
    }
}

impl Default for RemoteJwkSetOptions {
    fn default() -> Self {
        Self::new()
    }
}
