//! JWK Sets: the public keys of an issuer (RFC 7517 §5).

mod ec;
mod error;
mod jwk;
mod okp;
mod params;
mod roca;
mod rsa;
mod signature_cache;
#[cfg(test)]
mod tests;

use std::str::FromStr;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

pub(crate) use self::error::JwkError;
use self::signature_cache::SignatureCache;
use crate::ConfigError;
use crate::json::{self, IgnoreMembers};
use crate::jws::{Algorithm, PublicKey, sanitize_kid};
use crate::metrics;

/// The usable public keys of a JWK Set (RFC 7517 §5). At least one.
///
/// Each key is parsed by itself. A key that cannot be used is left out with a warning in the log that states the reason, and
/// the others are kept. Left out are: an unsupported `kty` or `crv`; a `use` or `key_ops` other than for verification; a
/// symmetric or private key; an RSA modulus below 2048 bits or an unsuitable exponent; a point that is not on its curve or of
/// small order; an `alg` that is unsupported or does not fit the type; and all keys whose `kid` occurs twice.
///
/// Each key verifies one algorithm: its `alg` or, without one, the default of its type (P-256: ES256, P-521: ES512, Ed25519:
/// `EdDSA`, RSA: RS256). [`Algorithm`] lists those that are supported.
///
/// ```
/// use auth_core::JwkSet;
///
/// let set = JwkSet::parse(r#"{"keys": [{
///     "kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "kid": "veLMBwWsTzUeknpnc6yeXdjdDGPV5azN",
///     "x": "PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"
/// }]}"#)?;
/// assert_eq!(set.len(), 1);
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct JwkSet {
    keys: Vec<Arc<PublicKey>>,
    signature_cache: Option<Arc<SignatureCache>>,
}

#[derive(Deserialize)]
struct Document {
    keys: Vec<Value>,
}

#[expect(clippy::len_without_is_empty, reason = "a set has at least one key")]
impl JwkSet {
    /// The maximum length of a document, in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// The maximum number of keys in a document, usable or not.
    pub const MAX_KEYS: usize = 256;

    /// Parses a document as an issuer serves it: strict JSON without duplicate member names.
    ///
    /// Returns [`ConfigError::JwkSetTooLarge`] above [`MAX_BYTES`](Self::MAX_BYTES) or [`MAX_KEYS`](Self::MAX_KEYS),
    /// [`ConfigError::InvalidJwkSet`] if it is no JWK Set, and [`ConfigError::NoUsableJwk`] if no key can be used.
    pub fn parse(document: &str) -> Result<Self, ConfigError> {
        let mut keys: Vec<_> = parse_document(document)?.iter().filter_map(parse_key).collect();
        remove_duplicate_kids(&mut keys);
        if keys.is_empty() { Err(ConfigError::NoUsableJwk) } else { Ok(Self { keys, signature_cache: None }) }
    }

    /// Caches the verified signatures of up to `capacity` tokens, so that a token that is presented again needs no public-key
    /// operation. Off by default; 0 switches it off.
    ///
    /// A hit skips the signature check only: claims and times are validated on every request. The cache is dropped with the
    /// set. The capacity is rounded up to a power of two and limited to 65,536. An entry takes about the length of its token;
    /// tokens above 4 KiB are not cached. Tokens of shared secrets are never cached: an HMAC costs little more than a lookup.
    #[must_use]
    pub fn with_signature_cache(mut self, capacity: usize) -> Self {
        self.signature_cache = (capacity > 0).then(|| Arc::new(SignatureCache::new(capacity)));
        self
    }

    /// The number of usable keys.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The `kid` and the algorithm of each usable key, for a log line or a diagnosis.
    pub fn key_ids(&self) -> impl Iterator<Item = (Option<&str>, Algorithm)> {
        self.keys.iter().map(|key| (key.id.as_deref(), key.algorithm))
    }

    /// Returns whether `key`, one of this set, made the signature.
    pub(crate) fn verify(&self, key: &PublicKey, signing_input: &str, signature: &[u8]) -> bool {
        let Some(cache) = &self.signature_cache else { return key.verify(signing_input.as_bytes(), signature) };
        let is_cached = cache.contains(signing_input, signature);
        metrics::record_signature_cache_lookup(is_cached);
        if is_cached {
            return true;
        }
        let is_valid = key.verify(signing_input.as_bytes(), signature);
        if is_valid {
            cache.insert(signing_input, signature);
        }
        is_valid
    }

    /// The keys that a token can have been signed with: those with its `kid`, or all if it has none (RFC 7515 §4.1.4).
    pub(crate) fn candidates(&self, kid: Option<&str>) -> impl Iterator<Item = &Arc<PublicKey>> {
        self.keys.iter().filter(move |key| kid.is_none() || key.id.as_deref() == kid)
    }
}

impl FromStr for JwkSet {
    type Err = ConfigError;

    fn from_str(document: &str) -> Result<Self, ConfigError> {
        Self::parse(document)
    }
}

/// The elements of `keys`. Other members are ignored (RFC 7517 §5).
fn parse_document(document: &str) -> Result<Vec<Value>, ConfigError> {
    if document.len() > JwkSet::MAX_BYTES {
        return Err(ConfigError::JwkSetTooLarge);
    }
    // The first reader is strict at every level but keeps nothing; the second would accept duplicate member names.
    json::parse_object::<IgnoreMembers>(document).map_err(|_| ConfigError::InvalidJwkSet)?;
    let Document { keys } = serde_json::from_str(document).map_err(|_| ConfigError::InvalidJwkSet)?;
    if keys.len() > JwkSet::MAX_KEYS { Err(ConfigError::JwkSetTooLarge) } else { Ok(keys) }
}

/// One public key outside of a set, by the same rules.
pub(crate) fn parse_public_jwk(jwk: &Value) -> Result<PublicKey, JwkError> {
    jwk::parse(jwk)
}

fn parse_key(jwk: &Value) -> Option<Arc<PublicKey>> {
    match jwk::parse(jwk) {
        Ok(key) => Some(Arc::new(key)),
        Err(reason) => {
            let kid = jwk.get("kid").and_then(Value::as_str).map(sanitize_kid);
            tracing::warn!(kid, %reason, "key of the JWK Set left out");
            None
        }
    }
}

fn remove_duplicate_kids(keys: &mut Vec<Arc<PublicKey>>) {
    let kids: Vec<_> = keys.iter().filter_map(|key| key.id.clone()).collect();
    keys.retain(|key| {
        let Some(kid) = &key.id else { return true };
        let is_unique = kids.iter().filter(|other| *other == kid).count() == 1;
        if !is_unique {
            tracing::warn!(
                kid = sanitize_kid(kid),
                reason = "several keys have this id",
                "key of the JWK Set left out"
            );
        }
        is_unique
    });
}
