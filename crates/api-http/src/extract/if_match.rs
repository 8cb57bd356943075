use std::future::{Ready, ready};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{EntityTag, HeaderMap, IF_MATCH},
};
use todo_domain::Version;
use todo_store::VersionCondition;

use crate::error::ApiError;

/// The versions that `If-Match` lets a change apply to (RFC 9110 §13.1.1).
///
/// A tag that this service never issued matches nothing. A malformed tag, such as one without quotes, is rejected;
/// actix-web's own `IfMatch` would ignore it.
pub(crate) struct IfMatch(VersionCondition);

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.headers()).map(Self))
    }
}

impl From<IfMatch> for VersionCondition {
    fn from(if_match: IfMatch) -> Self {
        if_match.0
    }
}

fn parse(headers: &HeaderMap) -> Result<VersionCondition, ApiError> {
    if !headers.contains_key(IF_MATCH) {
        return Ok(VersionCondition::Any);
    }
    let mut versions = Vec::new();
    for field in headers.get_all(IF_MATCH) {
        let list = field.to_str().map_err(|_| ApiError::InvalidIfMatch)?;
        if list.trim() == "*" {
            return Ok(VersionCondition::Any);
        }
        for tag in list.split(',') {
            let tag = tag.trim().parse().map_err(|_| ApiError::InvalidIfMatch)?;
            versions.extend(version_of(&tag));
        }
    }
    Ok(VersionCondition::AnyOf(versions))
}

/// The version that this tag stands for. Strong comparison: a weak tag never matches (RFC 9110 §13.1.1).
fn version_of(tag: &EntityTag) -> Option<Version> {
    let version = Version::new(tag.tag().parse().ok()?)?;
    tag.strong_eq(&entity_tag(version)).then_some(version)
}

/// A version as entity tag (RFC 9110 §8.8.3).
pub(crate) fn entity_tag(version: Version) -> EntityTag {
    EntityTag::new_strong(version.get().to_string())
}
