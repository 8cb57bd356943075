//! Which kinds of token are taken (RFC 8725 §3.11).

use crate::json::Value;
use crate::{Validation, VerifyError};

/// The values of `typ` that a policy takes.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum AcceptedTypes {
    /// Better Auth writes no `typ`, or `JWT`; RFC 9068 access tokens say `at+jwt`. Its other tokens, signed with the same
    /// key, say what they are (`better-auth.session-cache+jwt`) and stop here. The long form `application/jwt` of
    /// RFC 7515 §4.1.9 is refused as well: nothing we know writes it, and a short list is easy to reason about.
    #[default]
    AccessTokens,
    /// Exactly these, and never none.
    Only(Vec<String>),
}

impl AcceptedTypes {
    fn take(&self, typ: &Value<'_>) -> bool {
        match (self, typ) {
            (Self::AccessTokens, Value::Absent) => true,
            (Self::AccessTokens, Value::Text(typ)) => {
                typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt")
            }
            (Self::Only(names), Value::Text(typ)) => names.iter().any(|name| name.eq_ignore_ascii_case(typ)),
            _ => false,
        }
    }
}

impl Validation {
    pub(crate) fn judge_type(&self, typ: &Value<'_>) -> Result<(), VerifyError> {
        if self.types().take(typ) { Ok(()) } else { Err(VerifyError::InvalidTokenType) }
    }
}
