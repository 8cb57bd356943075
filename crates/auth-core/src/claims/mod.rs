//! The registered claims and their validation (RFC 7519 §4.1).

mod requirements;
mod subject;
mod validation;

#[cfg(feature = "sign")]
pub(crate) use subject::is_valid_subject;
pub use validation::Validation;

use crate::VerifyError;
use crate::json::{self, Value};

/// The claims that are validated. All others are ignored (RFC 7519 §4).
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
    pub(crate) sid: Value<'de>,
    pub(crate) jti: Value<'de>,
    pub(crate) client_id: Value<'de>,
    pub(crate) azp: Value<'de>,
    pub(crate) cnf: Value<'de>,
    pub(crate) acr: Value<'de>,
    pub(crate) auth_time: Value<'de>,
}

impl<'de> Claims<'de> {
    pub(crate) fn parse(payload: &'de str) -> Result<Self, VerifyError> {
        json::parse_object(payload).map_err(|_| VerifyError::InvalidPayload)
    }
}

impl<'de> json::Members<'de> for Claims<'de> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>> {
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
            "sid" => Some(&mut self.sid),
            "jti" => Some(&mut self.jti),
            "client_id" => Some(&mut self.client_id),
            "azp" => Some(&mut self.azp),
            "cnf" => Some(&mut self.cnf),
            "acr" => Some(&mut self.acr),
            "auth_time" => Some(&mut self.auth_time),
            _ => None,
        }
    }
}
