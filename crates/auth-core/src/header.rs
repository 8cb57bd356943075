//! What the JOSE header may say (RFC 7515 §4).

use std::borrow::Cow;

use crate::VerifyError;
use crate::json::{self, Value};

/// The part of a header that helps to pick the key. `jwk`, `jku`, `x5c` and their like are walked over unread: a token
/// does not bring its own key (RFC 8725 §3.10).
pub(crate) struct Header<'de> {
    pub(crate) alg: Cow<'de, str>,
}

impl<'de> Header<'de> {
    pub(crate) fn read(text: &'de str) -> Result<Self, VerifyError> {
        let members: Members<'de> = json::object(text).map_err(|_| VerifyError::Header)?;
        members.refuse_extensions()?;
        members.judge_type()?;
        members.judge_key_id()?;
        match members.alg {
            Value::Text(alg) => Ok(Self { alg }),
            _ => Err(VerifyError::Algorithm),
        }
    }
}

#[derive(Default)]
struct Members<'de> {
    alg: Value<'de>,
    typ: Value<'de>,
    kid: Value<'de>,
    crit: Value<'de>,
    b64: Value<'de>,
    zip: Value<'de>,
}

impl<'de> json::Members<'de> for Members<'de> {
    fn slot(&mut self, name: &str) -> Option<&mut Value<'de>> {
        match name {
            "alg" => Some(&mut self.alg),
            "typ" => Some(&mut self.typ),
            "kid" => Some(&mut self.kid),
            "crit" => Some(&mut self.crit),
            "b64" => Some(&mut self.b64),
            "zip" => Some(&mut self.zip),
            _ => None,
        }
    }
}

impl Members<'_> {
    /// No extension is understood here, so none may be critical. `b64` is refused even when it is not listed in `crit`:
    /// a JWT must not use it (RFC 7797 §7), and two readers could disagree on what was signed. `zip` belongs to JWE
    /// (RFC 7516 §4.1.3); in a JWS it can only mean that somebody expects the payload to be inflated.
    fn refuse_extensions(&self) -> Result<(), VerifyError> {
        if !self.crit.is_absent() {
            return Err(VerifyError::Critical);
        }
        if !self.b64.is_absent() || !self.zip.is_absent() {
            return Err(VerifyError::PayloadForm);
        }
        Ok(())
    }

    /// Better Auth writes no `typ`, or `JWT`; RFC 9068 access tokens say `at+jwt`. Its other tokens, signed with the same
    /// key, say what they are (`better-auth.session-cache+jwt`) and stop here. The long form `application/jwt` of
    /// RFC 7515 §4.1.9 is refused as well: nothing we know writes it, and a short list is easy to reason about.
    fn judge_type(&self) -> Result<(), VerifyError> {
        match &self.typ {
            Value::Absent => Ok(()),
            Value::Text(typ) if typ.eq_ignore_ascii_case("JWT") || typ.eq_ignore_ascii_case("at+jwt") => Ok(()),
            _ => Err(VerifyError::Type),
        }
    }

    /// A shared secret has no name, so any `kid` will do, as long as it is one.
    fn judge_key_id(&self) -> Result<(), VerifyError> {
        match self.kid {
            Value::Absent | Value::Text(_) => Ok(()),
            _ => Err(VerifyError::KeyId),
        }
    }
}
