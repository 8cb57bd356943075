//! The walk over an object.

use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error, MapAccess, Visitor};

use super::member_names::{Name, Names};
use super::value::{Anything, Value};

/// The members of an object that somebody wants.
pub(crate) trait Members<'de>: Default {
    /// Where the value of this member belongs, or `None` to walk over it.
    fn slot(&mut self, name: &str) -> Option<&mut Value<'de>>;
}

/// An object, read into its members, and room for so many levels, itself included.
pub(super) struct Object<'m, M> {
    pub(super) room: u8,
    pub(super) members: &'m mut M,
}

impl<'de, M: Members<'de>> DeserializeSeed<'de> for Object<'_, M> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<(), D::Error> {
        source.deserialize_map(self)
    }
}

impl<'de, M: Members<'de>> Visitor<'de> for Object<'_, M> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<(), A::Error> {
        let inside = Anything { room: one_level_down(self.room)? };
        let mut others = Names::new();
        while let Some(name) = map.next_key_seed(Name)? {
            let slot = self.members.slot(&name);
            // A wanted name that has been there has filled its slot; of the others a list is kept.
            let is_new = slot.as_ref().map_or_else(|| others.add(name), |slot| slot.is_absent());
            if !is_new {
                return Err(A::Error::custom("a name stands twice"));
            }
            let value = map.next_value_seed(inside)?;
            if let Some(slot) = slot {
                *slot = value;
            }
        }
        Ok(())
    }
}

/// The members of an object inside: none is wanted.
#[derive(Default)]
pub(super) struct Nothing;

impl<'de> Members<'de> for Nothing {
    fn slot(&mut self, _: &str) -> Option<&mut Value<'de>> {
        None
    }
}

pub(super) fn one_level_down<E: Error>(room: u8) -> Result<u8, E> {
    room.checked_sub(1).ok_or_else(|| E::custom("nested too deep"))
}
