//! What time it is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// Where a verifier reads the time: the system's clock, or one that a test sets by hand.
///
/// ```
/// use auth_core::Clock;
///
/// let (clock, control) = Clock::fixed(1_800_000_000);
/// // … Verifier::new(keys, policy).with_clock(clock) …
/// control.advance(900);
/// ```
#[derive(Clone, Debug)]
pub struct Clock(Source);

#[derive(Clone, Debug)]
enum Source {
    System,
    Manual(Arc<AtomicU64>),
}

impl Clock {
    /// The system's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands at `unix_seconds` (since 1970) until its control are moved.
    #[must_use]
    pub fn fixed(unix_seconds: u64) -> (Self, ClockControl) {
        let seconds = Arc::new(AtomicU64::new(unix_seconds));
        (Self(Source::Manual(Arc::clone(&seconds))), ClockControl(seconds))
    }

    /// Whole seconds since 1970.
    #[cfg(feature = "sign")]
    pub(crate) fn unix_seconds(&self) -> u64 {
        crate::user::whole_seconds(self.now())
    }

    /// Seconds since 1970, with fractions as far as the clock has them.
    pub(crate) fn now(&self) -> f64 {
        match &self.0 {
            // A clock before 1970 is broken: 0 makes every `iat` lie ahead and so refuses what Better Auth signs.
            Source::System => SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |since| since.as_secs_f64()),
            Source::Manual(seconds) => exact(seconds.load(Ordering::Relaxed)),
        }
    }
}

/// The control of a [manual clock](Clock::fixed). Clones move the same clock.
#[derive(Clone, Debug)]
pub struct ClockControl(Arc<AtomicU64>);

impl ClockControl {
    /// Puts the clock at `unix_seconds` since 1970, forwards or backwards.
    pub fn set(&self, unix_seconds: u64) {
        self.0.store(unix_seconds, Ordering::Relaxed);
    }

    /// Moves the clock `seconds` forwards.
    pub fn advance(&self, seconds: u64) {
        self.0.fetch_add(seconds, Ordering::Relaxed);
    }
}

#[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds, some 285 million years")]
fn exact(seconds: u64) -> f64 {
    seconds as f64
}
