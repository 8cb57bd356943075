//! One JWK (RFC 7517 §4), judged before it is believed.

use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Map, Value};

use super::error::Unusable;
use super::{ec, okp, rsa};
use crate::Algorithm;
use crate::jws::PublicKey;

/// The members that make a key a private one (RFC 7518 §6.2.2, §6.3.2; RFC 8037 §2).
const PRIVATE: [&str; 7] = ["d", "p", "q", "dp", "dq", "qi", "oth"];

pub(super) fn read(jwk: &Value) -> Result<PublicKey, Unusable> {
    let jwk = Jwk(jwk.as_object().ok_or(Unusable::NotAnObject)?);
    let kind = jwk.text("kty")?;
    if kind == Some("oct") {
        return Err(Unusable::Symmetric);
    }
    jwk.refuse_private_parts()?;
    jwk.judge_use()?;
    let id = jwk.text("kid")?.map(Into::into);
    let algorithm = jwk.algorithm()?;
    let (algorithm, key, signature_bytes) = match kind {
        Some("EC") => ec::read(&jwk, algorithm)?,
        Some("OKP") => okp::read(&jwk, algorithm)?,
        Some("RSA") => rsa::read(&jwk, algorithm)?,
        _ => return Err(Unusable::Type),
    };
    Ok(PublicKey { id, algorithm, key, signature_bytes })
}

/// The members of a key.
pub(super) struct Jwk<'j>(&'j Map<String, Value>);

impl Jwk<'_> {
    /// A member that is a text, if it is there.
    pub(super) fn text(&self, name: &'static str) -> Result<Option<&str>, Unusable> {
        match self.0.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(Unusable::Member(name)),
        }
    }

    /// A member that must be there, in strict base64url.
    pub(super) fn bytes(&self, name: &'static str) -> Result<Vec<u8>, Unusable> {
        let text = self.text(name)?.ok_or(Unusable::Member(name))?;
        URL_SAFE_NO_PAD.decode_to_vec(text).map_err(|_| Unusable::Member(name))
    }

    /// An `alg` that is there must be known: a key for RS512 or RSA-OAEP is no key for RS256.
    fn algorithm(&self) -> Result<Option<Algorithm>, Unusable> {
        self.text("alg")?.map(|name| Algorithm::named(name).ok_or(Unusable::Algorithm)).transpose()
    }

    fn refuse_private_parts(&self) -> Result<(), Unusable> {
        if PRIVATE.iter().any(|name| self.0.contains_key(*name)) { Err(Unusable::Private) } else { Ok(()) }
    }

    /// `use` and `key_ops`, where they are, must both allow to verify (RFC 7517 §4.2, §4.3).
    fn judge_use(&self) -> Result<(), Unusable> {
        let verify = Value::from("verify");
        let for_signatures = self.0.get("use").is_none_or(|purpose| purpose == "sig");
        let to_verify = self.0.get("key_ops").is_none_or(|ops| ops.as_array().is_some_and(|ops| ops.contains(&verify)));
        if for_signatures && to_verify { Ok(()) } else { Err(Unusable::Use) }
    }
}
