//! Detection of duplicate member names.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Visitor};

/// Up to this number of names, a linear search is cheaper than hashing and needs no allocation.
const INLINE_NAMES: usize = 16;

/// The names of the members of one object so far. Inserting n names takes O(n), also for a token that consists of names only.
pub(super) struct MemberNames<'de> {
    inline: [&'de str; INLINE_NAMES],
    count: usize,
    /// All names, once there are more than [`INLINE_NAMES`] or one contains escapes. The hashes are randomly keyed, so a
    /// token cannot be built to make them collide.
    hashed: Option<HashSet<Cow<'de, str>>>,
}

impl<'de> MemberNames<'de> {
    pub(super) fn new() -> Self {
        Self { inline: [""; INLINE_NAMES], count: 0, hashed: None }
    }

    /// Returns whether the name is new.
    pub(super) fn insert(&mut self, name: Cow<'de, str>) -> bool {
        match (&mut self.hashed, name) {
            (None, Cow::Borrowed(name)) if self.count < INLINE_NAMES => {
                let is_new = !self.inline[..self.count].contains(&name);
                self.inline[self.count] = name;
                self.count += 1;
                is_new
            }
            (hashed, name) => hashed
                .get_or_insert_with(|| self.inline[..self.count].iter().map(|name| Cow::Borrowed(*name)).collect())
                .insert(name),
        }
    }
}

/// Deserializes a member name, unescaped.
pub(super) struct MemberName;

impl<'de> DeserializeSeed<'de> for MemberName {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for MemberName {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member name")
    }

    fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(name))
    }

    fn visit_str<E>(self, name: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(name.to_owned()))
    }
}
