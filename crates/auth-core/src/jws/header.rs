//! What the JOSE header may say (RFC 7515 §4).

use std::borrow::Cow;

use crate::json::{self, Value};
use crate::jws::Hs256Key;
use crate::{Validation, VerifyError};

/// The header of every token that Better Auth signs with a shared secret, known by heart: to decode and read it would be a
/// tenth of the whole verification.
pub(crate) const BETTER_AUTHS: Known = Known { segment: "eyJhbGciOiJIUzI1NiJ9", text: r#"{"alg":"HS256"}"# };

/// One header in both its forms.
pub(crate) struct Known {
    pub(crate) segment: &'static str,
    pub(crate) text: &'static str,
}

/// The part of a header that helps to pick the key. `jwk`, `jku`, `x5c` and their like are walked over unread: a token
/// does not bring its own key (RFC 8725 §3.10).
pub(crate) struct Header<'de> {
    pub(crate) alg: Cow<'de, str>,
    pub(crate) kid: Option<Cow<'de, str>>,
}

impl<'de> Header<'de> {
    pub(crate) fn read(text: &'de str, policy: &Validation) -> Result<Self, VerifyError> {
        let members = Members::read(text)?;
        members.refuse_extensions()?;
        policy.judge_type(&members.typ)?;
        let kid = key_id(members.kid)?;
        match members.alg {
            Value::Text(alg) => Ok(Self { alg, kid }),
            _ => Err(VerifyError::InvalidAlgorithm),
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

impl<'de> Members<'de> {
    fn read(text: &'de str) -> Result<Self, VerifyError> {
        if text == BETTER_AUTHS.text {
            return Ok(Self { alg: Value::Text(Hs256Key::ALGORITHM.into()), ..Self::default() });
        }
        json::object(text).map_err(|_| VerifyError::InvalidHeader)
    }

    /// No extension is understood here, so none may be critical. `b64` is refused even when it is not listed in `crit`:
    /// a JWT must not use it (RFC 7797 §7), and two readers could disagree on what was signed. `zip` belongs to JWE
    /// (RFC 7516 §4.1.3); in a JWS it can only mean that somebody expects the payload to be inflated.
    fn refuse_extensions(&self) -> Result<(), VerifyError> {
        if !self.crit.is_absent() {
            return Err(VerifyError::UnsupportedCriticalHeader);
        }
        if !self.b64.is_absent() || !self.zip.is_absent() {
            return Err(VerifyError::UnsupportedPayloadEncoding);
        }
        Ok(())
    }
}

/// A text, if it is there. A shared secret has no name, so to it any will do.
fn key_id(kid: Value<'_>) -> Result<Option<Cow<'_, str>>, VerifyError> {
    match kid {
        Value::Absent => Ok(None),
        Value::Text(kid) => Ok(Some(kid)),
        _ => Err(VerifyError::InvalidKeyId),
    }
}

#[cfg(test)]
mod tests {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;

    use super::*;

    #[test]
    fn what_is_known_by_heart_is_what_a_reader_would_read() {
        assert_eq!(URL_SAFE_NO_PAD.encode(BETTER_AUTHS.text), BETTER_AUTHS.segment);
        let header =
            |text| Header::read(text, &Validation::new()).map(|header| (header.alg.into_owned(), header.kid.is_some()));
        assert_eq!(header(BETTER_AUTHS.text), header(r#"{"alg": "HS256"}"#));
    }
}
