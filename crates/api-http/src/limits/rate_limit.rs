use std::{
    fmt,
    num::NonZeroU32,
    sync::atomic::{AtomicU32, Ordering},
};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use todo_domain::OwnerId;

use crate::error::{ApiError, Limit};

/// A rate limit for each user.
pub(crate) struct RateLimit {
    limiter: DefaultKeyedRateLimiter<OwnerId>,
    checks: AtomicU32,
}

/// Number of checks after which the users with a full quota are dropped, and so the maximum number of these. Looking at
/// all users costs some 20 ns for each, so the share of a check is less than that.
const CHECKS_BETWEEN_CLEANUPS: u32 = 65_536;

impl RateLimit {
    pub(crate) fn per_minute(requests: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(requests)), checks: AtomicU32::new(0) }
    }

    pub(crate) fn check(&self, user: &OwnerId) -> Result<(), ApiError> {
        if self.checks.fetch_add(1, Ordering::Relaxed) % CHECKS_BETWEEN_CLEANUPS == CHECKS_BETWEEN_CLEANUPS - 1 {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(user).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.limiter.clock().now());
            ApiError::TooManyRequests { limit: Limit::RequestsPerMinute, retry_after: wait.as_secs() + 1 }
        })
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "tests need no authenticated user")]
    fn users_with_a_full_quota_are_dropped() {
        let limit = RateLimit::per_minute(NonZeroU32::MAX);
        for number in 0..2 * CHECKS_BETWEEN_CLEANUPS {
            limit.check(&OwnerId::from_verified(number.to_string()).unwrap()).unwrap();
        }
        assert!(limit.limiter.len() <= CHECKS_BETWEEN_CLEANUPS as usize, "{}", limit.limiter.len());
    }
}
