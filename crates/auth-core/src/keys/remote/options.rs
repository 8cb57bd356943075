//! The options of a remote JWK Set.

use std::time::Duration;

use crate::ConfigError;

/// The options of a [`RemoteJwkSet`](crate::RemoteJwkSet). Durations are in whole seconds.
///
/// ```
/// use auth_core::RemoteJwkSetOptions;
///
/// let options = RemoteJwkSetOptions::new().cooldown_seconds(10).max_age_seconds(300).max_stale_seconds(3600);
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct RemoteJwkSetOptions {
    cooldown_seconds: u64,
    max_age_seconds: u64,
    max_stale_seconds: u64,
    signature_cache_capacity: usize,
}

impl RemoteJwkSetOptions {
    /// A cooldown of 5 s, a maximum age of 10 minutes, a maximum stale age of one day, and no signature cache.
    #[must_use]
    pub fn new() -> Self {
        Self { cooldown_seconds: 5, max_age_seconds: 600, max_stale_seconds: 86_400, signature_cache_capacity: 0 }
    }

    /// The minimum time between the start of a successful fetch and that of the next one, in seconds: 1 or more. A token with an
    /// unknown `kid` waits for it, 5 s at most. After a failed fetch the times are fixed: 0.5, 1, 2, 4 … 30 s.
    #[must_use]
    pub fn cooldown_seconds(mut self, seconds: u64) -> Self {
        self.cooldown_seconds = seconds;
        self
    }

    /// The age at which a set is fetched again in the background, in seconds: 1 or more. A key that the issuer removes is
    /// accepted for about that long.
    #[must_use]
    pub fn max_age_seconds(mut self, seconds: u64) -> Self {
        self.max_age_seconds = seconds;
        self
    }

    /// How long a set is used while the issuer cannot be reached, in seconds since its last successful fetch (RFC 5861 §4): at
    /// least the maximum age.
    #[must_use]
    pub fn max_stale_seconds(mut self, seconds: u64) -> Self {
        self.max_stale_seconds = seconds;
        self
    }

    /// The number of verified signatures that each set caches; 0 for none. See
    /// [`JwkSet::with_signature_cache`](crate::JwkSet::with_signature_cache).
    #[must_use]
    pub fn signature_cache_capacity(mut self, capacity: usize) -> Self {
        self.signature_cache_capacity = capacity;
        self
    }

    pub(super) fn validate(self) -> Result<Self, ConfigError> {
        let is_valid =
            self.cooldown_seconds >= 1 && self.max_age_seconds >= 1 && self.max_stale_seconds >= self.max_age_seconds;
        if is_valid { Ok(self) } else { Err(ConfigError::InvalidJwkSetTimes) }
    }

    pub(super) fn cooldown(&self) -> Duration {
        Duration::from_secs(self.cooldown_seconds)
    }

    pub(super) fn max_age(&self) -> Duration {
        Duration::from_secs(self.max_age_seconds)
    }

    pub(super) fn max_stale(&self) -> Duration {
        Duration::from_secs(self.max_stale_seconds)
    }

    pub(super) fn cache_capacity(&self) -> usize {
        self.signature_cache_capacity
    }
}

impl Default for RemoteJwkSetOptions {
    fn default() -> Self {
        Self::new()
    }
}
