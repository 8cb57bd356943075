use std::{fmt, num::NonZeroU32};

use governor::{DefaultKeyedRateLimiter, Quota, RateLimiter, clock::Clock};
use todo_domain::OwnerId;

use crate::error::ApiError;

/// How fast one user may ask. Counts verified users, so nobody can use up somebody else's share.
pub struct RateLimit {
    users: DefaultKeyedRateLimiter<OwnerId>,
}

/// Users whose share has refilled are forgotten once so many are remembered.
const REMEMBERED: usize = 10_000;

impl RateLimit {
    /// So many requests a minute for each user, all at once or spread out.
    #[must_use]
    pub fn per_minute(requests: NonZeroU32) -> Self {
        Self { users: RateLimiter::keyed(Quota::per_minute(requests)) }
    }

    pub(crate) fn check(&self, user: &OwnerId) -> Result<(), ApiError> {
        if self.users.len() > REMEMBERED {
            self.users.retain_recent();
        }
        self.users.check_key(user).map_err(|until| {
            let wait = until.wait_time_from(self.users.clock().now());
            ApiError::TooManyRequests { retry_after: wait.as_secs() + 1 }
        })
    }
}

impl fmt::Debug for RateLimit {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("RateLimit").finish_non_exhaustive()
    }
}
