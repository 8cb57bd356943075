use std::{num::NonZeroU32, ops::RangeInclusive};

use api_http::UserLimits;
use serde::{Deserialize, Deserializer, Serialize};

use super::serde_helpers::whole_number;

/// Bounds of the number of unfinished responses.
const RESPONSES: RangeInclusive<NonZeroU32> = NonZeroU32::MIN..=NonZeroU32::new(10_000).unwrap();

/// What one user may use.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LimitsSettings {
    /// 0 is no limit.
    #[serde(deserialize_with = "requests_per_minute")]
    pub(crate) requests_per_minute: u32,
    #[serde(deserialize_with = "responses_per_user")]
    responses_per_user: NonZeroU32,
}

impl Default for LimitsSettings {
    fn default() -> Self {
        let UserLimits { requests_per_minute, unfinished_responses } = UserLimits::default();
        Self {
            requests_per_minute: requests_per_minute.map_or(0, NonZeroU32::get),
            responses_per_user: unfinished_responses,
        }
    }
}

impl LimitsSettings {
    /// The limits as the API applies them.
    pub(crate) fn user_limits(&self) -> UserLimits {
        UserLimits {
            requests_per_minute: NonZeroU32::new(self.requests_per_minute),
            unfinished_responses: self.responses_per_user,
        }
    }
}

fn requests_per_minute<'de, D: Deserializer<'de>>(value: D) -> Result<u32, D::Error> {
    whole_number(value, &(0..=1_000_000))
}

fn responses_per_user<'de, D: Deserializer<'de>>(value: D) -> Result<NonZeroU32, D::Error> {
    whole_number(value, &RESPONSES)
}
