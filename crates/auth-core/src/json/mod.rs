//! A strict JSON reader: two readers of an accepted text cannot disagree on it (RFC 8725 §3.7, RFC 8259 §4).
//!
//! One pass over borrowed text with `serde_json`, which reads exactly one value without a byte order mark and rejects lone
//! surrogates and numbers beyond `f64`. This module also rejects a member name that occurs twice in an object, compared after
//! unescaping, and nesting deeper than 32 levels. Requested members are kept, all others are skipped; strings are copied only
//! if they contain escapes.

mod member_names;
mod visitor;

use serde::de::DeserializeSeed as _;

pub(crate) use visitor::{IgnoreMembers, Members, Value};

/// The maximum nesting of objects and arrays; the outermost object counts as 1.
const MAX_DEPTH: u8 = 32;

/// Parses a text that is one JSON object. Callers discard the details of an error: they would help an attacker only.
pub(crate) fn parse_object<'de, M: Members<'de>>(text: &'de str) -> Result<M, serde_json::Error> {
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let mut members = M::default();
    visitor::ObjectVisitor { remaining_depth: MAX_DEPTH, members: &mut members }.deserialize(&mut deserializer)?;
    deserializer.end()?;
    Ok(members)
}
