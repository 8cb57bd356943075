//! The visitors of objects and values. They call each other, one level deeper each time.

use std::borrow::Cow;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, SeqAccess, Visitor};

use super::member_names::{MemberName, MemberNames};

/// The members of an object that a caller requests.
pub(crate) trait Members<'de>: Default {
    /// Where the value of this member is stored, or `None` to skip it.
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>>;
}

/// Requests no member: the text is only checked.
#[derive(Default)]
pub(crate) struct IgnoreMembers;

impl<'de> Members<'de> for IgnoreMembers {
    fn field_mut(&mut self, _: &str) -> Option<&mut Value<'de>> {
        None
    }
}

/// The value of a member, as far as headers and claims distinguish it.
#[derive(Default)]
pub(crate) enum Value<'de> {
    /// The object does not have the member.
    #[default]
    Missing,
    String(Cow<'de, str>),
    Number(f64),
    /// An array of strings only.
    StringArray(Vec<Cow<'de, str>>),
    /// `null`, `true`, `false`, an object or any other array.
    Other,
}

impl Value<'_> {
    pub(crate) fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }
}

/// Reads an object into `members`. `remaining_depth` is the number of levels it may have, itself included.
pub(super) struct ObjectVisitor<'m, M> {
    pub(super) remaining_depth: u8,
    pub(super) members: &'m mut M,
}

impl<'de, M: Members<'de>> DeserializeSeed<'de> for ObjectVisitor<'_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de, M: Members<'de>> Visitor<'de> for ObjectVisitor<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let nested = ValueVisitor { remaining_depth: descend(self.remaining_depth)? };
        let mut skipped_names = MemberNames::new();
        while let Some(name) = map.next_key_seed(MemberName)? {
            let field = self.members.field_mut(&name);
            // A requested member that occurred before has filled its field; the names of skipped members are collected.
            let is_new = field.as_ref().map_or_else(|| skipped_names.insert(name), |field| field.is_missing());
            if !is_new {
                return Err(A::Error::custom("duplicate member name"));
            }
            let value = map.next_value_seed(nested)?;
            if let Some(field) = field {
                *field = value;
            }
        }
        Ok(())
    }
}

/// Reads a value of any type. `remaining_depth` is the number of levels below it.
#[derive(Clone, Copy)]
struct ValueVisitor {
    remaining_depth: u8,
}

impl<'de> DeserializeSeed<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ValueVisitor {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Value<'de>, E> {
        Ok(Value::String(Cow::Owned(text.to_owned())))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are exact up to 2^53, and only dates are read")]
    fn visit_u64<E>(self, number: u64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    #[expect(clippy::cast_precision_loss, reason = "dates are exact up to 2^53, and only dates are read")]
    fn visit_i64<E>(self, number: i64) -> Result<Value<'de>, E> {
        Ok(Value::Number(number as f64))
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_unit<E>(self) -> Result<Value<'de>, E> {
        Ok(Value::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut array: A) -> Result<Value<'de>, A::Error> {
        let nested = Self { remaining_depth: descend(self.remaining_depth)? };
        let mut strings = Some(Vec::new());
        while let Some(value) = array.next_element_seed(nested)? {
            match (value, &mut strings) {
                (Value::String(text), Some(strings)) => strings.push(text),
                _ => strings = None,
            }
        }
        Ok(strings.map_or(Value::Other, Value::StringArray))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Value<'de>, A::Error> {
        ObjectVisitor { remaining_depth: self.remaining_depth, members: &mut IgnoreMembers }.visit_map(map)?;
        Ok(Value::Other)
    }
}

fn descend<E: Error>(remaining_depth: u8) -> Result<u8, E> {
    remaining_depth.checked_sub(1).ok_or_else(|| E::custom("nested too deeply"))
}
