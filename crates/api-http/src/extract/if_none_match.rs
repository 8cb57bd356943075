use std::{
    convert::Infallible,
    future::{Ready, ready},
};

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{self, Header as _},
};
use todo_domain::Version;

use super::entity_tag;

/// The versions that the client has already (RFC 9110 §13.1.2). A malformed `If-None-Match` counts as none.
pub(crate) struct IfNoneMatch(Option<header::IfNoneMatch>);

impl IfNoneMatch {
    /// Whether the client has this version. Weak comparison (RFC 9110 §13.1.2).
    pub(crate) fn contains(&self, version: Version) -> bool {
        match &self.0 {
            None => false,
            Some(header::IfNoneMatch::Any) => true,
            Some(header::IfNoneMatch::Items(tags)) => tags.iter().any(|tag| tag.weak_eq(&entity_tag(version))),
        }
    }
}

impl FromRequest for IfNoneMatch {
    type Error = Infallible;
    type Future = Ready<Result<Self, Infallible>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_present = request.headers().contains_key(header::IF_NONE_MATCH);
        ready(Ok(Self(is_present.then(|| header::IfNoneMatch::parse(request).ok()).flatten())))
    }
}
