//! The claims that are looked at (RFC 7519 §4.1). All others are ignored, as RFC 7519 §4 wants it.

mod judge;
mod requirements;
mod token_type;
mod validation;

#[cfg(feature = "sign")]
pub(crate) use judge::is_subject;
pub(crate) use requirements::{Requirement, judge_claims, judge_scope};
pub(crate) use token_type::AcceptedTypes;
pub use validation::Validation;

use crate::VerifyError;
use crate::json::{self, Value};

#[derive(Default)]
pub(crate) struct Claims<'de> {
    pub(crate) sub: Value<'de>,
    pub(crate) email: Value<'de>,
    pub(crate) name: Value<'de>,
    pub(crate) exp: Value<'de>,
    pub(crate) nbf: Value<'de>,
    pub(crate) iat: Value<'de>,
    pub(crate) iss: Value<'de>,
    pub(crate) aud: Value<'de>,
    pub(crate) scope: Value<'de>,
}

impl<'de> Claims<'de> {
    pub(crate) fn read(text: &'de str) -> Result<Self, VerifyError> {
        json::object(text).map_err(|_| VerifyError::InvalidPayload)
    }
}

impl<'de> json::Members<'de> for Claims<'de> {
    fn slot(&mut self, name: &str) -> Option<&mut Value<'de>> {
        match name {
            "sub" => Some(&mut self.sub),
            "email" => Some(&mut self.email),
            "name" => Some(&mut self.name),
            "exp" => Some(&mut self.exp),
            "nbf" => Some(&mut self.nbf),
            "iat" => Some(&mut self.iat),
            "iss" => Some(&mut self.iss),
            "aud" => Some(&mut self.aud),
            "scope" => Some(&mut self.scope),
            _ => None,
        }
    }
}
