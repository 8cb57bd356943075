//! The names that one object has had so far.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Visitor};

/// With so few names looking at each is cheaper than hashing, and needs no memory from the heap.
const FEW: usize = 16;

/// Finds a name that stands twice, in linear time also for a token made of nothing but names.
pub(super) struct Names<'de> {
    few: [&'de str; FEW],
    count: usize,
    /// All of them, once there are more than a few or one was written with escapes. The hashes are keyed at random, so
    /// nobody can make them collide.
    many: Option<HashSet<Cow<'de, str>>>,
}

impl<'de> Names<'de> {
    pub(super) fn new() -> Self {
        Self { few: [""; FEW], count: 0, many: None }
    }

    /// Whether this name is new.
    pub(super) fn add(&mut self, name: Cow<'de, str>) -> bool {
        match (&mut self.many, name) {
            (None, Cow::Borrowed(name)) if self.count < FEW => {
                let is_new = !self.few[..self.count].contains(&name);
                self.few[self.count] = name;
                self.count += 1;
                is_new
            }
            (many, name) => many
                .get_or_insert_with(|| self.few[..self.count].iter().map(|name| Cow::Borrowed(*name)).collect())
                .insert(name),
        }
    }
}

/// A member's name, unescaped.
pub(super) struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, source: D) -> Result<Cow<'de, str>, D::Error> {
        source.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Name {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
