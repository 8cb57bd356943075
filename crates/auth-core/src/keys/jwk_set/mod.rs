//! JWK Sets: what an issuer publishes for others to verify with (RFC 7517 §5).

mod document;
mod ec;
mod error;
mod jwk;
mod okp;
mod roca;
mod rsa;
mod signature_cache;
#[cfg(test)]
mod tests;

use std::str::FromStr;
use std::sync::Arc;

use serde_json::Value;
use signature_cache::Remembered;

use crate::jws::Compact;
use crate::jws::PublicKey;
use crate::{Algorithm, ConfigError};

/// The usable keys of a JWK Set (RFC 7517 §5). At least one.
///
/// Keys are read one by one. One that cannot be used is left out and named in the log with the reason, and the others
/// stay: an unknown `kty` or curve, `use` or `key_ops` for something else than verifying, a symmetric or a private key,
/// RSA below 2048 bits, a point that is not on its curve or of small order, an `alg` that does not fit. Two usable keys
/// with one `kid` are both left out: which of them is meant could only be guessed.
///
/// Each key verifies one algorithm: that of its `alg`, or else the one that goes with its type (P-256: ES256, P-521:
/// ES512, Ed25519: `EdDSA`, RSA: RS256). Known are `EdDSA`, Ed25519, ES256, ES512, RS256 and PS256.
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
    remembered: Option<Arc<Remembered>>,
}

#[expect(clippy::len_without_is_empty, reason = "a set without a usable key is never made")]
impl JwkSet {
    /// The longest document that is read, in bytes.
    pub const MAX_BYTES: usize = 256 * 1024;

    /// The most keys that a document may list, usable or not.
    pub const MAX_KEYS: usize = 256;

    /// Reads a document as an issuer serves it: strict JSON, in which no member stands twice.
    ///
    /// Refuses one that is [too long](ConfigError::JwkSetTooLarge), [is no JWK Set](ConfigError::InvalidJwkSet), or
    /// [holds nothing usable](ConfigError::NoUsableJwk).
    pub fn parse(document: &str) -> Result<Self, ConfigError> {
        let mut keys: Vec<_> = document::keys(document)?.iter().filter_map(usable).collect();
        drop_ambiguous(&mut keys);
        if keys.is_empty() { Err(ConfigError::NoUsableJwk) } else { Ok(Self { keys, remembered: None }) }
    }

    /// Remembers so many good signatures, so that a token that comes again is not checked by its key again. Off unless
    /// asked for; 0 switches it off.
    ///
    /// It is remembered only that exactly these bytes are signed: all claims are judged each time, and what a set
    /// remembers ends with it. Rounded up to a power of two, 65,536 at most; a token takes about its own length in
    /// memory, one of over 4 KiB is not kept. Tokens of shared secrets are never kept: their HMAC costs little more than the look-up.
    #[must_use]
    pub fn with_signature_cache(mut self, tokens: usize) -> Self {
        self.remembered = (tokens > 0).then(|| Arc::new(Remembered::new(tokens)));
        self
    }

    /// How many keys can be used.
    #[must_use]
    pub fn len(&self) -> usize {
        self.keys.len()
    }

    /// The `kid` and the `alg` of each usable key, for a log line or a diagnosis.
    pub fn key_ids(&self) -> impl Iterator<Item = (Option<&str>, Algorithm)> {
        self.keys.iter().map(|key| (key.id.as_deref(), key.algorithm))
    }

    /// Whether this key, one of the set's, made the signature.
    pub(crate) fn signed(&self, key: &PublicKey, jws: &Compact<'_>) -> bool {
        let Some(remembered) = &self.remembered else { return key.signed(jws) };
        if remembered.holds(jws) {
            return true;
        }
        let is_good = key.signed(jws);
        if is_good {
            remembered.add(jws);
        }
        is_good
    }

    /// The keys that a token can mean: those of its `kid`, or all if it has none (RFC 7515 §4.1.4).
    pub(crate) fn meant_by(&self, kid: Option<&str>) -> impl Iterator<Item = &Arc<PublicKey>> {
        self.keys.iter().filter(move |key| kid.is_none() || key.id.as_deref() == kid)
    }
}

impl FromStr for JwkSet {
    type Err = ConfigError;

    fn from_str(document: &str) -> Result<Self, ConfigError> {
        Self::parse(document)
    }
}

fn usable(jwk: &Value) -> Option<Arc<PublicKey>> {
    match jwk::read(jwk) {
        Ok(key) => Some(Arc::new(key)),
        Err(reason) => {
            let kid = jwk.get("kid").and_then(Value::as_str).map(error::shown);
            tracing::warn!(kid, %reason, "key of the JWK Set left out");
            None
        }
    }
}

fn drop_ambiguous(keys: &mut Vec<Arc<PublicKey>>) {
    let ids: Vec<_> = keys.iter().filter_map(|key| key.id.clone()).collect();
    keys.retain(|key| {
        let Some(id) = &key.id else { return true };
        let stands_once = ids.iter().filter(|other| *other == id).count() == 1;
        if !stands_once {
            tracing::warn!(kid = error::shown(id), reason = "several keys have this id", "key of the JWK Set left out");
        }
        stands_once
    });
}
