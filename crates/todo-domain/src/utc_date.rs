use std::fmt;

use serde::{Serialize, Serializer};

use crate::Timestamp;

const MICROS_PER_DAY: i64 = 24 * 60 * 60 * 1_000_000;

/// A day in UTC, from 1970-01-01 to 9999-12-31. In JSON `2026-11-20` (RFC 3339 §5.6, `full-date`).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = Date, example = "2026-11-20"))]
pub struct UtcDate(i64);

impl UtcDate {
    /// Creates a date from days after 1970-01-01. A value out of range becomes the nearest bound.
    #[must_use]
    pub fn from_days(days: i64) -> Self {
        Timestamp::from_micros(days.saturating_mul(MICROS_PER_DAY)).into()
    }

    /// Days after 1970-01-01.
    #[must_use]
    pub const fn as_days(self) -> i64 {
        self.0
    }
}

/// The day that contains the instant.
impl From<Timestamp> for UtcDate {
    fn from(instant: Timestamp) -> Self {
        Self(instant.as_micros().div_euclid(MICROS_PER_DAY))
    }
}

impl fmt::Display for UtcDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let midnight = Timestamp::from_micros(self.0 * MICROS_PER_DAY).to_string();
        midnight.get(..10).unwrap_or_default().fmt(f)
    }
}

impl Serialize for UtcDate {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn date_is_the_day_of_the_instant_in_utc() {
        for (micros, days, text) in [
            (0, 0, "1970-01-01"),
            (MICROS_PER_DAY - 1, 0, "1970-01-01"),
            (MICROS_PER_DAY, 1, "1970-01-02"),
            (951_782_400_000_000, 11_016, "2000-02-29"),
            (1_795_167_000_120_000, 20_777, "2026-11-20"),
            (i64::MAX, 2_932_896, "9999-12-31"),
        ] {
            let date = UtcDate::from(Timestamp::from_micros(micros));
            assert_eq!((date.as_days(), &*date.to_string()), (days, text));
            assert_eq!(UtcDate::from_days(days), date);
            assert_eq!(serde_json::to_value(date).unwrap(), text);
        }
        assert_eq!(UtcDate::from_days(i64::MIN).as_days(), 0);
        assert_eq!(UtcDate::from_days(i64::MAX).as_days(), 2_932_896);
    }
}
