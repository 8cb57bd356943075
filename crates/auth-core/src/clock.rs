//! The source of the current time.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// The clock of a verifier: the system clock, or one that a test controls.
///
/// ```
/// use auth_core::Clock;
///
/// let (clock, control) = Clock::fixed(1_800_000_000);
/// // … Verifier::new(keys, validation)?.with_clock(clock) …
/// control.advance(900);
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Fixed(Arc<AtomicU64>),
}

impl Clock {
    /// The system clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stays at `unix_seconds` (since 1970) until its [`ClockControl`] changes it.
    #[must_use]
    pub fn fixed(unix_seconds: u64) -> (Self, ClockControl) {
        let seconds = Arc::new(AtomicU64::new(unix_seconds));
        (Self(Source::Fixed(Arc::clone(&seconds))), ClockControl(seconds))
    }

    /// Whole seconds since 1970.
    pub(crate) fn unix_seconds(&self) -> u64 {
        crate::user::whole_seconds(self.now())
    }

    /// Seconds since 1970, with the fraction that the clock provides.
    pub(crate) fn now(&self) -> f64 {
        match &self.0 {
            // A clock before 1970 is broken. 0 puts every `iat` into the future, so Better Auth's tokens are rejected.
            Source::System => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()),
            Source::Fixed(seconds) => to_f64(seconds.load(Ordering::Relaxed)),
        }
    }
}

/// Sets the time of a [fixed clock](Clock::fixed). Clones control the same clock.
#[derive(Clone, Debug)]
pub struct ClockControl(Arc<AtomicU64>);

impl ClockControl {
    /// Sets the clock to `unix_seconds` since 1970, forwards or backwards.
    pub fn set(&self, unix_seconds: u64) {
        self.0.store(unix_seconds, Ordering::Relaxed);
    }

    /// Moves the clock forwards by `seconds`.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds, about 285 million years")]
fn to_f64(seconds: u64) -> f64 {
    seconds as f64
}
