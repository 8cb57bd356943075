//! What the path of a request names, each part after exactly one percent-decoding (RFC 3986 §2.4).
//!
//! actix has a path of its own making, in which some are decoded already; nothing is ever taken from that one.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use todo_domain::{OwnerId, TaskId};

use crate::error::ApiError;

/// Everything but the unreserved characters (RFC 3986 §2.3).
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// `{user_id}` of `/api/{user_id}/tasks…`; nothing when it is not well-formed.
pub(crate) fn user_id(path: &str) -> Option<Cow<'_, str>> {
    decoded(segment(path, 2)?)
}

/// `{id}` of `/api/{user_id}/tasks/{id}…`.
pub(crate) fn task_id(path: &str) -> Result<TaskId, ApiError> {
    let segment = segment(path, 4).and_then(decoded);
    segment.and_then(|id| id.parse().ok()).ok_or(ApiError::BadTaskId)
}

/// The path of somebody's tasks.
pub(crate) fn tasks_of(owner: &OwnerId) -> String {
    format!("/api/{}/tasks", utf8_percent_encode(owner.as_str(), RESERVED))
}

/// The so-manieth of the parts between slashes; the first one stands before the first slash.
fn segment(path: &str, number: usize) -> Option<&str> {
    // Bytes are compared more quickly than a search for a character begins, and segments are short.
    let mut parts = path.as_bytes().split(|byte| *byte == b'/');
    str::from_utf8(parts.nth(number)?).ok()
}

fn decoded(segment: &str) -> Option<Cow<'_, str>> {
    if !segment.as_bytes().contains(&b'%') {
        return Some(segment.into());
    }
    well_formed(segment).then(|| percent_decode_str(segment).decode_utf8().ok())?
}

/// Whether each `%` begins an escape; the decoder would let a stray one pass as itself.
fn well_formed(segment: &str) -> bool {
    let mut after = segment.split('%').skip(1);
    after.all(|rest| rest.len() >= 2 && rest.as_bytes()[..2].iter().all(u8::is_ascii_hexdigit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_segment_is_decoded_exactly_once() {
        for (path, user) in [
            ("/api/ann/tasks", Some("ann")),
            ("/api/a%6En/tasks", Some("ann")),
            ("/api/a%256En/tasks", Some("a%6En")),
            ("/api/auth0%7C1%2F2/tasks", Some("auth0|1/2")),
            ("/api/a+b/tasks", Some("a+b")),
            ("/api/%C3%A5/tasks", Some("å")),
            ("/api/%/tasks", None),
            ("/api/%a/tasks", None),
            ("/api/%zz/tasks", None),
            ("/api/%ff/tasks", None),
            ("/api", None),
        ] {
            assert_eq!(user_id(path).as_deref(), user, "{path}");
        }
    }

    #[test]
    fn a_task_id_is_decoded_once_and_then_canonical() {
        assert_eq!(task_id("/api/ann/tasks/%34%32/complete").unwrap().get(), 42);
        for id in ["042", "42%00", "42%20", "%2B42", "%2534", ""] {
            assert!(task_id(&format!("/api/ann/tasks/{id}")).is_err(), "{id}");
        }
    }
}
