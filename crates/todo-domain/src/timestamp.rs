use std::{fmt, str, time::SystemTime};

use serde::{Serialize, Serializer};
use time::OffsetDateTime;

/// An instant in whole microseconds, UTC, from 1970-01-01T00:00:00Z to 9999-12-31T23:59:59.999999Z. PostgreSQL, SQLite
/// and JSON represent it without loss.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, format = DateTime, example = "2026-11-20T09:30:00.123456Z"))]
pub struct Timestamp(i64);

impl Timestamp {
    /// 9999-12-31T23:59:59.999999Z, the last instant that RFC 3339 represents.
    const MAX_MICROS: i64 = 253_402_300_799_999_999;

    /// Creates a timestamp from microseconds after 1970-01-01T00:00:00Z. A value out of range becomes the nearest bound.
    #[must_use]
    pub const fn from_micros(micros: i64) -> Self {
        match micros {
            ..=0 => Self(0),
            Self::MAX_MICROS.. => Self(Self::MAX_MICROS),
            within => Self(within),
        }
    }

    /// Microseconds after 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Formats as `2026-11-20T09:30:00.123456Z` (RFC 3339 §5.6). A task has up to three of these and a page up to 200
    /// tasks, so the digits are written in place, without a format description.
    fn rfc3339(self) -> [u8; 27] {
        let at =
            OffsetDateTime::from_unix_timestamp(self.0.div_euclid(1_000_000)).unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let mut text = *b"0000-00-00T00:00:00.000000Z";
        write_digits(&mut text[..4], at.year().unsigned_abs());
        write_digits(&mut text[5..7], u8::from(at.month()).into());
        write_digits(&mut text[8..10], at.day().into());
        write_digits(&mut text[11..13], at.hour().into());
        write_digits(&mut text[14..16], at.minute().into());
        write_digits(&mut text[17..19], at.second().into());
        write_digits(&mut text[20..26], u32::try_from(self.0.rem_euclid(1_000_000)).unwrap_or(0));
        text
    }
}

/// Writes a decimal number right-aligned into a field of zeros.
fn write_digits(field: &mut [u8], mut number: u32) {
    for digit in field.iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or(0);
        number /= 10;
    }
}

/// Truncates to whole microseconds.
impl From<SystemTime> for Timestamp {
    fn from(at: SystemTime) -> Self {
        let micros = at.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_micros());
        Self::from_micros(i64::try_from(micros).unwrap_or(i64::MAX))
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        str::from_utf8(&self.rfc3339()).unwrap_or_default().fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(str::from_utf8(&self.rfc3339()).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn text_order_equals_time_order(a in 0..=Timestamp::MAX_MICROS, b in 0..=Timestamp::MAX_MICROS) {
            let (a, b) = (Timestamp::from_micros(a), Timestamp::from_micros(b));
            prop_assert_eq!(a.cmp(&b), a.to_string().cmp(&b.to_string()));
        }
    }

    #[test]
    fn timestamp_is_formatted_with_six_digits_and_z() {
        for (micros, text) in [
            (0, "1970-01-01T00:00:00.000000Z"),
            (1, "1970-01-01T00:00:00.000001Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00.000000Z"),
            (1_795_167_000_120_000, "2026-11-20T09:30:00.120000Z"),
            (i64::MAX, "9999-12-31T23:59:59.999999Z"),
            (i64::MIN, "1970-01-01T00:00:00.000000Z"),
        ] {
            assert_eq!(Timestamp::from_micros(micros).to_string(), text);
            assert_eq!(serde_json::to_value(Timestamp::from_micros(micros)).unwrap(), text);
        }
    }
}
