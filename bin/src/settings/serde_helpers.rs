use std::{fmt::Display, ops::RangeInclusive, str::FromStr};

use secrecy::SecretString;
use serde::{Deserialize as _, Deserializer, Serialize as _, Serializer, de::Error as _};

/// Parses a number as text, because `config` converts `yes` to 1 and rounds fractions.
pub(super) fn whole_number<'de, D: Deserializer<'de>, N: FromStr + PartialOrd + Display>(
    value: D,
    range: &RangeInclusive<N>,
) -> Result<N, D::Error> {
    let number = String::deserialize(value)?.parse().ok().filter(|number| range.contains(number));
    number.ok_or_else(|| {
        D::Error::custom(format_args!("must be a whole number from {} to {}", range.start(), range.end()))
    })
}

/// Parses `true` or `false` as text, because `config` converts numbers and `yes`.
pub(super) fn boolean<'de, D: Deserializer<'de>>(value: D) -> Result<bool, D::Error> {
    String::deserialize(value)?.parse().map_err(|_| D::Error::custom("must be true or false"))
}

/// Serializes whether a secret is set, never its value.
pub(super) fn redacted<'a, S: Serializer>(
    secret: impl Into<Option<&'a SecretString>>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    secret.into().map(|_| "(set, not shown)").serialize(serializer)
}
