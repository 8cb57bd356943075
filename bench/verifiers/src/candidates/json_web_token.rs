//! jsonwebtoken. Its documentation leaves the choice of the key to the service: here the key with the header's `kid`, with the
//! algorithm of the key. It does not check `typ`.

use std::error::Error;

use jsonwebtoken::jwk::{Jwk, JwkSet};
use jsonwebtoken::{Algorithm, DecodingKey, TokenData, Validation, decode, decode_header, errors};

use super::Claims;
use crate::{AUDIENCE, ISSUER};

/// A key, and what a token under it must fulfil.
pub(crate) struct Verification {
    kid: Option<String>,
    key: DecodingKey,
    validation: Validation,
}

pub(crate) enum Keys {
    Secret(Box<Verification>),
    Set(Vec<Verification>),
}

impl Keys {
    pub(super) fn new(keys: &super::Keys<'_>) -> Result<Self, Box<dyn Error>> {
        Ok(match keys {
            super::Keys::Secret(secret) => Self::Secret(Box::new(Verification {
                kid: None,
                key: DecodingKey::from_secret(secret.as_bytes()),
                validation: validation(Algorithm::HS256),
            })),
            super::Keys::Set(document) => {
                let set: JwkSet = serde_json::from_str(document)?;
                Self::Set(set.keys.iter().filter_map(verification).collect())
            }
        })
    }

    pub(super) fn decode(&self, token: &str) -> Result<TokenData<Claims>, errors::Error> {
        let verification = match self {
            Self::Secret(verification) => verification,
            Self::Set(keys) => {
                let kid = decode_header(token)?.kid;
                keys.iter().find(|each| each.kid == kid).ok_or(errors::ErrorKind::InvalidKeyFormat)?
            }
        };
        decode(token, &verification.key, &verification.validation)
    }
}

/// Returns `None` for keys that jsonwebtoken does not support.
fn verification(jwk: &Jwk) -> Option<Verification> {
    let algorithm = jwk.common.key_algorithm?.to_string().parse().ok()?;
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some(Verification { kid: jwk.common.key_id.clone(), key, validation: validation(algorithm) })
}

fn validation(algorithm: Algorithm) -> Validation {
    let mut validation = Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation.leeway = 0;
    validation
}
