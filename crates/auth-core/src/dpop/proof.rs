//! The checks of one proof (RFC 9449 §4.3).

use aws_lc_rs::digest::{Context, SHA256};
use serde::Deserialize;
use serde_json::Value as Json;

use super::key::{ProofKey, sha256_base64url};
use super::{DpopError, DpopVerifier, ReplayEntry, RequestHead};
use crate::json::{self, Value};
use crate::jws::CompactJws;
use crate::user::whole_seconds;
use crate::{Algorithm, VerifyError};

/// Requires a valid proof for this request, this token and the key with this thumbprint, at the time `now` in seconds since 1970.
///
/// Returns what the replay store has to remember.
pub(super) fn verify(
    verifier: &DpopVerifier,
    request: &RequestHead<'_>,
    access_token: &str,
    key_thumbprint: &str,
    now: f64,
) -> Result<ReplayEntry, DpopError> {
    let mut buffer = Vec::new();
    let jws = CompactJws::parse(single_proof(request)?, &mut buffer).map_err(|error| match error {
        VerifyError::TokenTooLong => DpopError::ProofTooLong,
        _ => DpopError::NotCompactJws,
    })?;
    let ProofKey { key, thumbprint } = parse_header(verifier, jws.header)?;
    // Before the signature: a client must not choose which key costs time.
    if thumbprint != key_thumbprint {
        return Err(DpopError::KeyMismatch);
    }
    if !key.verify(jws.signing_input.as_bytes(), jws.signature) {
        return Err(DpopError::InvalidSignature);
    }
    let claims: ProofClaims<'_> = json::parse_object(jws.payload).map_err(|_| DpopError::InvalidPayload)?;
    let jti = match &claims.jti {
        Value::String(jti) if (1..=DpopVerifier::MAX_JTI_BYTES).contains(&jti.len()) => jti,
        _ => return Err(DpopError::InvalidTokenId),
    };
    if !matches!(&claims.htm, Value::String(htm) if htm == request.method) {
        return Err(DpopError::MethodMismatch);
    }
    let is_requested = |htu: &str| verifier.base_urls.iter().any(|base| base.matches(request.path, htu));
    if !matches!(&claims.htu, Value::String(htu) if is_requested(htu)) {
        return Err(DpopError::UriMismatch);
    }
    let expires_at = claims.check_times(verifier.max_age_seconds, now)?;
    if !matches!(&claims.ath, Value::String(ath) if *ath == sha256_base64url(access_token.as_bytes())) {
        return Err(DpopError::AccessTokenMismatch);
    }
    let now = whole_seconds(now);
    if let Some(nonces) = &verifier.nonces
        && !matches!(&claims.nonce, Value::String(nonce) if nonces.accepts(nonce, now))
    {
        return Err(DpopError::NonceRequired);
    }
    Ok(ReplayEntry { id: replay_id(&thumbprint, jti), now, expires_at })
}

fn single_proof<'r>(request: &RequestHead<'r>) -> Result<&'r str, DpopError> {
    match request.dpop_fields() {
        [None, _] => Err(DpopError::MissingProof),
        [Some(_), Some(_)] => Err(DpopError::MultipleProofs),
        // Two fields that a proxy has joined (RFC 9110 §5.2).
        [Some(field), None] if field.contains(&b',') => Err(DpopError::MultipleProofs),
        [Some(field), None] => str::from_utf8(field).map_err(|_| DpopError::NotCompactJws),
    }
}

#[derive(Default)]
struct ProofHeader<'de> {
    typ: Value<'de>,
    alg: Value<'de>,
    crit: Value<'de>,
    b64: Value<'de>,
    zip: Value<'de>,
}

impl<'de> json::Members<'de> for ProofHeader<'de> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>> {
        match name {
            "typ" => Some(&mut self.typ),
            "alg" => Some(&mut self.alg),
            "crit" => Some(&mut self.crit),
            "b64" => Some(&mut self.b64),
            "zip" => Some(&mut self.zip),
            _ => None,
        }
    }
}

#[derive(Deserialize)]
struct JwkHeader {
    jwk: Json,
}

/// `kid`, `jku`, `x5c` and similar parameters are ignored: the key is `jwk`, which the token names.
fn parse_header(verifier: &DpopVerifier, text: &str) -> Result<ProofKey, DpopError> {
    let header: ProofHeader<'_> = json::parse_object(text).map_err(|_| DpopError::InvalidHeader)?;
    if !header.crit.is_missing() || !header.b64.is_missing() || !header.zip.is_missing() {
        return Err(DpopError::UnsupportedHeader);
    }
    // Media types have no case (RFC 7515 §4.1.9).
    if !matches!(&header.typ, Value::String(typ) if typ.eq_ignore_ascii_case("dpop+jwt")) {
        return Err(DpopError::InvalidType);
    }
    let algorithm = match &header.alg {
        Value::String(alg) => Algorithm::from_name(alg).filter(|algorithm| verifier.algorithms.contains(algorithm)),
        _ => None,
    };
    let algorithm = algorithm.ok_or(DpopError::UnsupportedAlgorithm)?;
    // The first reader is strict at every level but keeps no objects.
    let JwkHeader { jwk } = serde_json::from_str(text).map_err(|_| DpopError::InvalidKey)?;
    ProofKey::parse(jwk, algorithm)
}

#[derive(Default)]
struct ProofClaims<'de> {
    jti: Value<'de>,
    htm: Value<'de>,
    htu: Value<'de>,
    iat: Value<'de>,
    exp: Value<'de>,
    nbf: Value<'de>,
    ath: Value<'de>,
    nonce: Value<'de>,
}

impl<'de> json::Members<'de> for ProofClaims<'de> {
    fn field_mut(&mut self, name: &str) -> Option<&mut Value<'de>> {
        match name {
            "jti" => Some(&mut self.jti),
            "htm" => Some(&mut self.htm),
            "htu" => Some(&mut self.htu),
            "iat" => Some(&mut self.iat),
            "exp" => Some(&mut self.exp),
            "nbf" => Some(&mut self.nbf),
            "ath" => Some(&mut self.ath),
            "nonce" => Some(&mut self.nonce),
            _ => None,
        }
    }
}

impl ProofClaims<'_> {
    /// Returns the last second in which the proof is accepted.
    fn check_times(&self, max_age_seconds: u32, now: f64) -> Result<u64, DpopError> {
        let iat = date(&self.iat)?.ok_or(DpopError::InvalidDate)?;
        let (exp, nbf) = (date(&self.exp)?, date(&self.nbf)?);
        let latest_start = now + f64::from(DpopVerifier::MAX_SKEW_SECONDS);
        if iat > latest_start || nbf.is_some_and(|nbf| nbf > latest_start) {
            return Err(DpopError::IssuedInFuture);
        }
        let last = iat + f64::from(max_age_seconds);
        if now > last || exp.is_some_and(|exp| now >= exp) { Err(DpopError::TooOld) } else { Ok(whole_seconds(last)) }
    }
}

/// A number of seconds since 1970 (RFC 7519 §2).
fn date(value: &Value<'_>) -> Result<Option<f64>, DpopError> {
    match value {
        Value::Missing => Ok(None),
        Value::Number(seconds) => Ok(Some(*seconds)),
        _ => Err(DpopError::InvalidDate),
    }
}

/// A thumbprint has a fixed length, so the two texts need no separator.
fn replay_id(thumbprint: &str, jti: &str) -> [u8; 32] {
    let mut context = Context::new(&SHA256);
    context.update(thumbprint.as_bytes());
    context.update(jti.as_bytes());
    let mut id = [0; 32];
    id.copy_from_slice(context.finish().as_ref());
    id
}
