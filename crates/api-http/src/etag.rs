//! Versions as entity tags (RFC 9110 §8.8.3), and the conditions that name them (§13.1).

use actix_web::{
    HttpRequest,
    http::header::{ETag, EntityTag, Header as _, IF_MATCH, IF_NONE_MATCH, IfNoneMatch},
};
use todo_domain::{Task, Version};
use todo_store::VersionCondition;

use crate::error::ApiError;

/// The tag of a task as it is now.
pub(crate) fn of(task: &Task) -> ETag {
    ETag(tag(task.version))
}

/// What `If-Match` lets a change apply to. A tag that never was ours matches nothing; what is no tag at all is an error,
/// since whoever forgot the quotes would look for the wrong mistake.
pub(crate) fn expected(request: &HttpRequest) -> Result<VersionCondition, ApiError> {
    let mut fields = request.headers().get_all(IF_MATCH).peekable();
    if fields.peek().is_none() {
        return Ok(VersionCondition::Any);
    }
    let mut versions = Vec::new();
    for field in fields {
        let list = field.to_str().map_err(|_| ApiError::BadPrecondition)?;
        if list.trim() == "*" {
            return Ok(VersionCondition::Any);
        }
        for text in list.split(',') {
            let tag: EntityTag = text.trim().parse().map_err(|_| ApiError::BadPrecondition)?;
            versions.extend(version(&tag));
        }
    }
    Ok(VersionCondition::AnyOf(versions))
}

/// Whether `If-None-Match` says that the client has this very version. One that cannot be read says nothing.
pub(crate) fn is_known(request: &HttpRequest, task: &Task) -> bool {
    if !request.headers().contains_key(IF_NONE_MATCH) {
        return false;
    }
    match IfNoneMatch::parse(request) {
        Ok(IfNoneMatch::Any) => true,
        Ok(IfNoneMatch::Items(tags)) => tags.iter().any(|known| known.weak_eq(&tag(task.version))),
        Err(_) => false,
    }
}

fn tag(version: Version) -> EntityTag {
    EntityTag::new_strong(version.get().to_string())
}

/// Strong comparison: a weak tag never matches (RFC 9110 §13.1.1).
fn version(known: &EntityTag) -> Option<Version> {
    let version = Version::new(known.tag().parse().ok()?)?;
    known.strong_eq(&tag(version)).then_some(version)
}
