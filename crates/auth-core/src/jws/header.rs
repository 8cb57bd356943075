//! The JOSE header (RFC 7515 §4).

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::MAX_TOKEN_BYTES;
use crate::json::{self, Value};
use crate::{Validation, VerifyError};

/// The header parameters that select the key. `jwk`, `jku`, `x5c` and similar ones are ignored: a token must not bring its
/// own key (RFC 8725 §3.10).
pub(crate) struct JoseHeader<'de> {
    pub(crate) alg: Cow<'de, str>,
    pub(crate) kid: Option<Cow<'de, str>>,
}

impl<'de> JoseHeader<'de> {
    pub(crate) fn parse(text: &'de str, validation: &Validation) -> Result<Self, VerifyError> {
        let parameters: HeaderParameters<'de> = json::parse_object(text).map_err(|_| VerifyError::InvalidHeader)?;
        parameters.reject_extensions()?;
        validation.validate_type(&parameters.typ)?;
        let kid = optional_key_id(parameters.kid)?;
        match parameters.alg {
            Value::String(alg) => Ok(Self { alg, kid }),
            _ => Err(VerifyError::InvalidAlgorithm),
        }
    }
}

/// The `kid` of a token that is not verified, for the log.
pub(crate) fn unverified_key_id(token: &str) -> Option<String> {
    if token.len() > MAX_TOKEN_BYTES {
        return None;
    }
    let header = URL_SAFE_NO_PAD.decode(token.split_once('.')?.0).ok()?;
    let parameters: HeaderParameters<'_> = json::parse_object(str::from_utf8(&header).ok()?).ok()?;
    match parameters.kid {
        Value::String(kid) => Some(sanitize_kid(&kid)),
        _ => None,
    }
}

/// A key id for the log, escaped and cut to 64 characters before escaping: the issuer or a client chose it.
pub(crate) fn sanitize_kid(kid: &str) -> String {
    kid.chars().take(64).flat_map(char::escape_debug).collect()
}

#[derive(Default)]
struct HeaderParameters<'de> {
    alg: Value<'de>,
    typ: Value<'de>,
    kid: Value<'de>,
    crit: Value<'de>,
    b64: Value<'de>,
    zip: Value<'de>,
}

impl<'de> json::Members<'de> for HeaderParameters<'de> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>> {
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

impl HeaderParameters<'_> {
    /// No critical extension is supported (RFC 7515 §4.1.11). `b64` is rejected even if `crit` does not list it: a JWT must
    /// not use it (RFC 7797 §7), and two readers could disagree on what was signed. `zip` belongs to JWE (RFC 7516 §4.1.3).
    fn reject_extensions(&self) -> Result<(), VerifyError> {
        if !self.crit.is_missing() {
            return Err(VerifyError::UnsupportedCriticalHeader);
        }
        if !self.b64.is_missing() || !self.zip.is_missing() {
            return Err(VerifyError::UnsupportedPayloadEncoding);
        }
        Ok(())
    }
}

/// `kid` is a string if present (RFC 7515 §4.1.4). Shared secrets have no key id and ignore it.
fn optional_key_id(kid: Value<'_>) -> Result<Option<Cow<'_, str>>, VerifyError> {
    match kid {
        Value::Missing => Ok(None),
        Value::String(kid) => Ok(Some(kid)),
        _ => Err(VerifyError::InvalidKeyId),
    }
}
