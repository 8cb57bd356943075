//! The walk over a value of any kind.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, MapAccess, SeqAccess, Visitor};

use super::visitor::{Nothing, Object, one_level_down};

/// A member's value, as far as header and claims care.
#[derive(Default)]
pub(crate) enum Value<'de> {
    /// The member is not there.
    #[default]
    Absent,
    Text(Cow<'de, str>),
    Number(f64),
    /// A list of nothing but strings.
    Texts(Vec<Cow<'de, str>>),
    /// `null`, `true`, `false`, an object or a mixed list.
    Other,
}

impl Value<'_> {
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::Absent)
    }
}

/// Any value, and room for so many levels inside.
#[derive(Clone, Copy)]
pub(super) struct Anything {
    pub(super) room: u8,
}

impl<'de> DeserializeSeed<'de> for Anything {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Value<'de>, D::Error> {
        source.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Anything {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are exact up to 2^53, and only dates are looked at")]
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are exact up to 2^53, and only dates are looked at")]
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value<'de>, A::Error> {
        let inside = Self { room: one_level_down(self.room)? };
        let mut texts = Some(Vec::new());
        while let Some(value) = list.next_element_seed(inside)? {
            match (value, &mut texts) {
                (Value::Text(text), Some(texts)) => texts.push(text),
                _ => texts = None,
            }
        }
        Ok(texts.map_or(Value::Other, Value::Texts))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value<'de>, A::Error> {
        Object { room: self.room, members: &mut Nothing }.visit_map(map)?;
        Ok(Value::Other)
    }
}
