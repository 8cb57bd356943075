//! Limits of each user.

mod rate_limit;
mod response_limit;

use std::num::NonZeroU32;

pub(crate) use rate_limit::RateLimit;
pub(crate) use response_limit::{ResponseLimit, ResponsePermit};

/// What one user may use. Authenticated users are counted, each separately: no user can consume the share of another.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct UserLimits {
    /// Requests a minute, all at once or spread out. `None` is no limit.
    pub requests_per_minute: Option<NonZeroU32>,
    /// Unfinished responses at the same time: requests in progress, and responses that the client has not read yet.
    pub unfinished_responses: NonZeroU32,
}

impl Default for UserLimits {
    /// 600 requests a minute and 16 unfinished responses.
    fn default() -> Self {
        const REQUESTS_PER_MINUTE: NonZeroU32 = NonZeroU32::new(600).unwrap();
        const UNFINISHED_RESPONSES: NonZeroU32 = NonZeroU32::new(16).unwrap();
        Self { requests_per_minute: Some(REQUESTS_PER_MINUTE), unfinished_responses: UNFINISHED_RESPONSES }
    }
}
