//! Verification keys: shared secrets and JWK Sets.

mod jwk_set;
#[cfg(feature = "remote")]
mod remote;
mod shared_secret;
mod shared_secrets;
mod weak_secret;

use std::fmt;
#[cfg(feature = "remote")]
use std::future::poll_fn;
use std::sync::Arc;
#[cfg(feature = "remote")]
use std::task::Poll;

pub use jwk_set::JwkSet;
pub(crate) use jwk_set::{JwkError, parse_public_jwk};
#[cfg(feature = "remote")]
pub use remote::{IssuerMetadata, RemoteJwkSet, RemoteJwkSetOptions};
pub use shared_secret::SharedSecret;
pub use shared_secrets::SharedSecrets;

use crate::VerifyError;
use crate::jws::{Algorithm, CompactJws, HmacKey, JoseHeader, PublicKey};

/// The keys of a [`Verifier`](crate::Verifier): shared secrets, JWK Sets, or both. Never empty.
///
/// The key determines the algorithm, never the token's header (RFC 8725 §3.1): shared secrets verify HS256 only, each key of a
/// JWK Set verifies one [`Algorithm`] only.
///
/// Made with `From` from a [`SharedSecret`], [`SharedSecrets`], a [`JwkSet`] or a `RemoteJwkSet` (feature `remote`). Adding
/// another JWK Set cannot make tokens of the first one valid for it: a `kid` that occurs in two sets matches no key.
///
/// ```
/// use auth_core::{JwkSet, SharedSecret, Validation, VerificationKeys, Verifier};
///
/// # let document = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"}]}"#;
/// let keys = VerificationKeys::from(JwkSet::parse(document)?)
///     .with_secrets(SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?);
/// let verifier = Verifier::new(keys, Validation::better_auth_jwks("https://app.example"))?;
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct VerificationKeys {
    /// In the order in which they were added.
    hmac_keys: Vec<HmacKey>,
    jwk_sets: Vec<JwkSource>,
}

/// Where the keys of a set come from.
#[derive(Clone, Debug)]
enum JwkSource {
    Static(Arc<JwkSet>),
    #[cfg(feature = "remote")]
    Remote(RemoteJwkSet),
}

impl VerificationKeys {
    /// Adds shared secrets. They are tried after those that are already there.
    #[must_use]
    pub fn with_secrets(self, secrets: impl Into<SharedSecrets>) -> Self {
        self.merge(secrets.into().into())
    }

    /// Adds the keys of a static JWK Set.
    #[must_use]
    pub fn with_jwk_set(self, set: JwkSet) -> Self {
        self.merge(set.into())
    }

    /// Adds the keys of a JWK Set that is fetched from its issuer (feature `remote`).
    #[cfg(feature = "remote")]
    #[must_use]
    pub fn with_remote_jwk_set(self, set: RemoteJwkSet) -> Self {
        self.merge(set.into())
    }

    /// Adds all keys of `other` after these.
    #[must_use]
    pub fn merge(mut self, other: Self) -> Self {
        self.hmac_keys.extend(other.hmac_keys);
        self.jwk_sets.extend(other.jwk_sets);
        self
    }

    pub(crate) fn has_jwk_sets(&self) -> bool {
        !self.jwk_sets.is_empty()
    }

    /// Verifies the signature with the keys that are available now.
    ///
    /// The header's `alg` selects no algorithm: it is compared with that of the key that its `kid` selects.
    pub(crate) fn verify(&self, header: &JoseHeader<'_>, jws: &CompactJws<'_>) -> Result<(), VerifyError> {
        if self.jwk_sets.is_empty() || Algorithm::from_name(&header.alg).is_none() {
            return self.verify_hmac(header, jws);
        }
        let (set, key) = self.matching_key(header.kid.as_deref())?;
        if key.algorithm.name() != header.alg {
            return Err(VerifyError::InvalidAlgorithm);
        }
        let is_valid = set.verify(&key, jws.signing_input, jws.signature);
        if is_valid { Ok(()) } else { Err(VerifyError::InvalidSignature) }
    }

    fn verify_hmac(&self, header: &JoseHeader<'_>, jws: &CompactJws<'_>) -> Result<(), VerifyError> {
        if self.hmac_keys.is_empty() || header.alg != HmacKey::ALGORITHM {
            return Err(VerifyError::InvalidAlgorithm);
        }
        let is_valid = self.hmac_keys.iter().any(|key| key.verify(jws.signing_input.as_bytes(), jws.signature));
        if is_valid { Ok(()) } else { Err(VerifyError::InvalidSignature) }
    }

    /// The only key that matches `kid`, and its set. Choosing one of two would let the owner of one key sign for the other.
    fn matching_key(&self, kid: Option<&str>) -> Result<(Arc<JwkSet>, Arc<PublicKey>), VerifyError> {
        let (mut matching, mut all_available) = (None, true);
        for source in &self.jwk_sets {
            let Some(set) = source.current() else {
                all_available = false;
                continue;
            };
            for key in set.candidates(kid) {
                if matching.replace((Arc::clone(&set), Arc::clone(key))).is_some() {
                    return Err(VerifyError::NoMatchingKey);
                }
            }
        }
        match matching {
            // Without a `kid` it must be the only key of all sets, including those that are not available.
            Some(matching) if kid.is_some() || all_available => Ok(matching),
            _ if all_available => Err(VerifyError::NoMatchingKey),
            _ => Err(VerifyError::KeysUnavailable),
        }
    }
}

#[cfg(feature = "remote")]
impl VerificationKeys {
    /// Verifies once more when the remote sets were fetched, if `error` is that of a key which a fetch can bring.
    ///
    /// Returns [`VerifyError::KeysUnavailable`] if a set could not be fetched since this call: it may contain the key.
    pub(crate) async fn verify_after_refresh(
        &self,
        header: &JoseHeader<'_>,
        jws: &CompactJws<'_>,
        error: VerifyError,
    ) -> Result<(), VerifyError> {
        let refresh_can_help = match error {
            VerifyError::KeysUnavailable => true,
            // Without a `kid`, more keys cannot make the match unambiguous.
            VerifyError::NoMatchingKey => header.kid.is_some(),
            _ => false,
        };
        let has_remote_sets = self.jwk_sets.iter().any(|source| matches!(source, JwkSource::Remote(_)));
        if !refresh_can_help || !has_remote_sets {
            return Err(error);
        }
        let all_fetched = self.wait_for_key(header.kid.as_deref()).await;
        match self.verify(header, jws) {
            Err(VerifyError::NoMatchingKey) if !all_fetched => Err(VerifyError::KeysUnavailable),
            result => result,
        }
    }

    /// Waits until the remote sets were fetched once more, 5 s at most.
    pub(crate) async fn wait_for_refresh(&self) {
        self.wait_for_fetches(|| false).await;
    }

    /// Waits until the remote sets were fetched or one of them has brought the key. Returns whether all were fetched.
    async fn wait_for_key(&self, kid: Option<&str>) -> bool {
        self.wait_for_fetches(|| !matches!(self.matching_key(kid), Err(error) if is_missing_key(error))).await
    }

    async fn wait_for_fetches(&self, is_available: impl Fn() -> bool) -> bool {
        let remote_sets = self.jwk_sets.iter().filter_map(|source| match source {
            JwkSource::Static(_) => None,
            JwkSource::Remote(set) => Some(set),
        });
        let mut waiting: Vec<_> = remote_sets.map(|set| Box::pin(set.wait_for_key(&is_available))).collect();
        let mut all_fetched = true;
        // All waits run concurrently.
        poll_fn(|context| {
            waiting.retain_mut(|wait| match wait.as_mut().poll(context) {
                Poll::Ready(fetched) => {
                    all_fetched &= fetched;
                    false
                }
                Poll::Pending => true,
            });
            if waiting.is_empty() || is_available() { Poll::Ready(()) } else { Poll::Pending }
        })
        .await;
        all_fetched
    }
}

/// Whether a fetch can bring the key.
#[cfg(feature = "remote")]
fn is_missing_key(error: VerifyError) -> bool {
    matches!(error, VerifyError::NoMatchingKey | VerifyError::KeysUnavailable)
}

impl JwkSource {
    /// The current set, or `None` if a remote one was not fetched yet or is too old.
    #[cfg_attr(not(feature = "remote"), expect(clippy::unnecessary_wraps, reason = "a remote set can be missing"))]
    fn current(&self) -> Option<Arc<JwkSet>> {
        match self {
            Self::Static(set) => Some(Arc::clone(set)),
            #[cfg(feature = "remote")]
            Self::Remote(set) => set.current(),
        }
    }
}

impl From<SharedSecrets> for VerificationKeys {
    fn from(secrets: SharedSecrets) -> Self {
        let hmac_keys = secrets.iter().map(|secret| HmacKey::from_bytes(secret.as_bytes())).collect();
        Self { hmac_keys, jwk_sets: Vec::new() }
    }
}

impl From<SharedSecret> for VerificationKeys {
    fn from(secret: SharedSecret) -> Self {
        SharedSecrets::from(secret).into()
    }
}

impl From<JwkSet> for VerificationKeys {
    fn from(set: JwkSet) -> Self {
        Self { hmac_keys: Vec::new(), jwk_sets: vec![JwkSource::Static(Arc::new(set))] }
    }
}

#[cfg(feature = "remote")]
impl From<RemoteJwkSet> for VerificationKeys {
    fn from(set: RemoteJwkSet) -> Self {
        Self { hmac_keys: Vec::new(), jwk_sets: vec![JwkSource::Remote(set)] }
    }
}

#[cfg(test)]
impl From<Vec<HmacKey>> for VerificationKeys {
    fn from(hmac_keys: Vec<HmacKey>) -> Self {
        Self { hmac_keys, jwk_sets: Vec::new() }
    }
}

/// Shows the number of shared secrets and the ids of public keys, no key material.
impl fmt::Debug for VerificationKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerificationKeys")
            .field("shared_secrets", &self.hmac_keys.len())
            .field("jwk_sets", &self.jwk_sets)
            .finish()
    }
}
