//! JSON read so that nobody else can read something different in it (RFC 8725 §3.7, RFC 8259 §4).
//!
//! One pass over borrowed text with `serde_json`, which takes exactly one value without a byte order mark, refuses lone
//! surrogates and numbers beyond `f64`. What it would let pass is refused here: a member name that stands twice, compared
//! after unescaping, and nesting deeper than 32. Wanted members are kept, all others only walked; strings are copied only
//! where they hold escapes.

mod member_names;
mod value;
mod visitor;

use serde::de::DeserializeSeed as _;

pub(crate) use value::Value;
pub(crate) use visitor::Members;

/// How deep objects and lists may nest; the outermost object counts as 1.
const MAX_DEPTH: u8 = 32;

/// Reads a text that is one JSON object and nothing else. What exactly was wrong is of use to nobody but an attacker.
pub(crate) fn object<'de, M: Members<'de>>(text: &'de str) -> Result<M, serde_json::Error> {
    let mut source = serde_json::Deserializer::from_str(text);
    let mut members = M::default();
    visitor::Object { room: MAX_DEPTH, members: &mut members }.deserialize(&mut source)?;
    source.end()?;
    Ok(members)
}
