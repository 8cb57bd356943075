//! auth-core. The types `JWT`, `at+jwt` and none are accepted by default; `exp` and `sub` are always required.

use std::error::Error;

use auth_core::{JwkSet, SharedSecret, Validation, Verifier};

use super::Keys;
use crate::{AUDIENCE, ISSUER};

pub(super) fn verifier(keys: &Keys<'_>) -> Result<Verifier, Box<dyn Error>> {
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE).leeway_seconds(0)?;
    Ok(match keys {
        Keys::Secret(secret) => Verifier::new(SharedSecret::parse(secret)?, validation)?,
        Keys::Set(document) => Verifier::new(JwkSet::parse(document)?, validation)?,
    })
}
