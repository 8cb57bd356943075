//! The options of a remote list of revocations.

use std::time::Duration;

use crate::{Clock, ConfigError};

/// The options of a [`RemoteRevocationList`](crate::RemoteRevocationList).
///
/// ```
/// use auth_core::RemoteRevocationListOptions;
///
/// let options = RemoteRevocationListOptions::new().poll_interval_seconds(5).required(true);
/// ```
#[derive(Clone, Debug)]
pub struct RemoteRevocationListOptions {
    poll_interval_seconds: u64,
    is_required: bool,
    clock: Clock,
}

impl RemoteRevocationListOptions {
    /// A fetch every 2 s, and a list that is not required.
    #[must_use]
    pub fn new() -> Self {
        Self { poll_interval_seconds: 2, is_required: false, clock: Clock::system() }
    }

    /// The time between the starts of two fetches, in seconds: 1 or more. Together with the 2 s that a fetch can take, and the age
    /// of the list that the application answers with, it is the time until a revocation takes effect.
    #[must_use]
    pub fn poll_interval_seconds(mut self, seconds: u64) -> Self {
        self.poll_interval_seconds = seconds;
        self
    }

    /// Whether tokens are rejected with [`VerifyError::RevocationsUnavailable`](crate::VerifyError::RevocationsUnavailable) before
    /// the first list, and when the list was not confirmed for 60 s. Otherwise they are accepted then, unless the last list
    /// revokes them.
    #[must_use]
    pub fn required(mut self, required: bool) -> Self {
        self.is_required = required;
        self
    }

    /// Reads the time, for the `iat` and the `exp` of a list, from another clock.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    pub(super) fn validate(self) -> Result<Self, ConfigError> {
        if self.poll_interval_seconds >= 1 { Ok(self) } else { Err(ConfigError::InvalidPollInterval) }
    }

    pub(super) fn poll_interval(&self) -> Duration {
        // A year is never reached, and longer times would overflow a clock.
        Duration::from_secs(self.poll_interval_seconds.min(365 * 86_400))
    }

    pub(super) fn is_required(&self) -> bool {
        self.is_required
    }

    pub(super) fn clock(&self) -> Clock {
        self.clock.clone()
    }
}

impl Default for RemoteRevocationListOptions {
    fn default() -> Self {
        Self::new()
    }
}
