use std::{fmt, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use todo_domain::OwnerId;

use crate::error::ApiError;

/// A rate limit for each user. It counts authenticated users, so no user can consume the share of another.
pub struct RateLimit {
    limiter: DefaultKeyedRateLimiter<OwnerId>,
}

/// Number of users above which those with a full quota are dropped.
const MAX_TRACKED_USERS: usize = 10_000;

impl RateLimit {
    /// Allows each user this many requests a minute, all at once or spread out.
    #[must_use]
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { limiter: RateLimiter::keyed(Quota::per_minute(requests)) }
    }

    pub(crate) fn check(&self, user: &OwnerId) -> Result<(), ApiError> {
        if self.limiter.len() > MAX_TRACKED_USERS {
            self.limiter.retain_recent();
        }
        self.limiter.check_key(user).map_err(|not_until| {
            let wait = not_until.wait_time_from(self.limiter.clock().now());
            ApiError::TooManyRequests { retry_after: wait.as_secs() + 1 }
        })
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RateLimit").finish_non_exhaustive()
    }
}
