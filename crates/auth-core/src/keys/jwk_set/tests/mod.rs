//! Published test vectors. Their payloads are not access tokens, so only the form and the signature are verified here.

mod primitives;
mod rfc;
mod wycheproof;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::jws::{CompactJws, JoseHeader};
use crate::{Validation, VerificationKeys, VerifyError};

/// Verifies the signature of a token with one of these keys.
fn verify(keys: &VerificationKeys, token: &str) -> Result<(), VerifyError> {
    let mut buffer = Vec::new();
    match CompactJws::parse(token, &mut buffer) {
        Ok(jws) => verify_jws(keys, &jws),
        Err(VerifyError::InvalidUtf8) => verify_binary_payload(keys, token),
        Err(error) => Err(error),
    }
}

fn verify_jws(keys: &VerificationKeys, jws: &CompactJws<'_>) -> Result<(), VerifyError> {
    let header = JoseHeader::parse(jws.header, &Validation::new())?;
    keys.verify(&header, jws)
}

/// A payload that is not text is never an access token, but its signature can be valid.
fn verify_binary_payload(keys: &VerificationKeys, token: &str) -> Result<(), VerifyError> {
    let segments: Vec<_> = token.split('.').map(|segment| URL_SAFE_NO_PAD.decode(segment).unwrap()).collect();
    let header = str::from_utf8(&segments[0]).map_err(|_| VerifyError::InvalidUtf8)?;
    let (signing_input, _) = token.rsplit_once('.').unwrap();
    verify_jws(keys, &CompactJws { signing_input, header, payload: "", signature: &segments[2] })
}

/// Reads a file of Wycheproof.
fn read_vectors(name: &str) -> Value {
    let path = format!("{}/tests/vectors/wycheproof/{name}_test.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    serde_json::from_str(&text).unwrap()
}

/// Each test of a Wycheproof file, with its group.
fn tests(file: &Value) -> impl Iterator<Item = (&Value, &Value)> {
    elements(&file["testGroups"]).flat_map(|group| elements(&group["tests"]).map(move |test| (group, test)))
}

fn elements(array: &Value) -> impl Iterator<Item = &Value> {
    array.as_array().into_iter().flatten()
}
