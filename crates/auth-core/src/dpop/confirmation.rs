//! The claim `cnf` of an access token (RFC 7800 §3.1, RFC 9449 §6.1).

use serde::Deserialize;

use super::DpopError;
use crate::VerifyError;
use crate::bearer::BearerError;

/// The length of a SHA-256 thumbprint in base64url.
const THUMBPRINT_BYTES: usize = 43;

#[derive(Deserialize)]
struct Payload {
    cnf: Confirmation,
}

/// Another method besides `jkt`, such as `x5t#S256` (RFC 8705 §3.1), could not be checked, so it is an error.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jkt: String,
}

/// The thumbprint in a payload that has `cnf` and that the strict reader has accepted.
///
/// Returns [`VerifyError::SenderConstrained`] if the token is bound in another way.
pub(super) fn key_thumbprint(payload: Option<&str>) -> Result<String, BearerError> {
    let payload = payload.ok_or(DpopError::TokenNotBound)?;
    match serde_json::from_str(payload) {
        Ok(Payload { cnf: Confirmation { jkt } }) if jkt.len() == THUMBPRINT_BYTES => Ok(jkt),
        // The error contains values of claims, so it is not kept.
        _ => Err(VerifyError::SenderConstrained.into()),
    }
}
