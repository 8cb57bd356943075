//! All that may sign: shared secrets, JWK Sets, or both side by side.

mod hmac_keys;
mod jwk_set;
#[cfg(feature = "remote")]
pub(crate) mod remote;
mod shared_secret;
mod shared_secrets;
mod weak_secret;

use std::sync::Arc;

pub use hmac_keys::Keys;
pub use jwk_set::JwkSet;
#[cfg(feature = "remote")]
pub use remote::{FetchError, Fetching, JwkSetFetcher, RemoteJwkSet, RemoteJwkSetOptions};
pub use shared_secret::SharedSecret;
pub use shared_secrets::SharedSecrets;
pub(crate) use weak_secret::is_placeholder;

use crate::Algorithm;
use crate::VerifyError;
use crate::jws::Compact;
use crate::jws::Header;
use crate::jws::PublicKey;

/// Keys of every kind, for [`Verifier::try_new`](crate::Verifier::try_new). Each token is judged by the keys of its own
/// algorithm: HS256 by the shared secrets alone, all others by the JWK Sets alone.
///
/// ```
/// use auth_core::{JwkSet, Validation, SharedSecret, VerificationKeys, Verifier};
///
/// # let document = r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"}]}"#;
/// let keys = VerificationKeys::from(JwkSet::parse(document)?).and(SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?);
/// let verifier = Verifier::try_new(keys, Validation::better_auth_jwks("https://app.example"))?;
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Debug)]
pub struct VerificationKeys {
    secrets: Option<Keys>,
    sets: Vec<Source>,
}

/// Where the keys of a set come from.
#[derive(Debug)]
enum Source {
    Fixed(Arc<JwkSet>),
    #[cfg(feature = "remote")]
    Remote(RemoteJwkSet),
}

impl VerificationKeys {
    /// These keys, and others beside them. Secrets are tried in the order in which they came; a key id that two sets know
    /// means neither.
    #[must_use]
    pub fn and(mut self, others: impl Into<Self>) -> Self {
        let others = others.into();
        self.secrets = match (self.secrets, others.secrets) {
            (Some(first), Some(last)) => Some(first.with_fallback(last)),
            (first, last) => first.or(last),
        };
        self.sets.extend(others.sets);
        self
    }

    /// Whether public keys are among these: then whom a token is from and for must be judged as well.
    pub(crate) fn have_sets(&self) -> bool {
        !self.sets.is_empty()
    }

    /// Whether one of the keys that are at hand signed the token.
    ///
    /// The header's `alg` opens nothing: it is compared with that of the key which its `kid` names.
    pub(crate) fn check(&self, header: &Header<'_>, jws: &Compact<'_>) -> Result<(), VerifyError> {
        if self.sets.is_empty() || Algorithm::named(&header.alg).is_none() {
            return self.secrets.as_ref().ok_or(VerifyError::InvalidAlgorithm)?.check(header, jws);
        }
        let (set, key) = self.public_key(header.kid.as_deref())?;
        if key.algorithm.name() != header.alg {
            return Err(VerifyError::InvalidAlgorithm);
        }
        if set.signed(&key, jws) { Ok(()) } else { Err(VerifyError::InvalidSignature) }
    }

    /// The one key that a token can mean, and its set. A guess between two would let whoever holds one sign for the other.
    fn public_key(&self, kid: Option<&str>) -> Result<(Arc<JwkSet>, Arc<PublicKey>), VerifyError> {
        let (mut meant, mut all_at_hand) = (None, true);
        for source in &self.sets {
            let Some(set) = source.current() else {
                all_at_hand = false;
                continue;
            };
            for key in set.meant_by(kid) {
                if meant.replace((Arc::clone(&set), Arc::clone(key))).is_some() {
                    return Err(VerifyError::NoMatchingKey);
                }
            }
        }
        match meant {
            // Without a name it must be the only one, also among those that are not here.
            Some(meant) if kid.is_some() || all_at_hand => Ok(meant),
            _ if all_at_hand => Err(VerifyError::NoMatchingKey),
            _ => Err(VerifyError::KeysUnavailable),
        }
    }
}

#[cfg(feature = "remote")]
impl VerificationKeys {
    /// Checks once more after the issuers were asked, if a key was missing that they may have by now.
    pub(crate) async fn check_afresh(
        &self,
        header: &Header<'_>,
        jws: &Compact<'_>,
        missing: VerifyError,
    ) -> Result<(), VerifyError> {
        let could_be_new = match missing {
            VerifyError::KeysUnavailable => true,
            // A token that names no key will name none next time.
            VerifyError::NoMatchingKey => header.kid.is_some(),
            _ => false,
        };
        if !could_be_new {
            return Err(missing);
        }
        // All are asked before the first is waited for.
        let answers: Vec<_> = self.sets.iter().filter_map(Source::ask).collect();
        for answer in answers {
            answer.received().await;
        }
        self.check(header, jws)
    }
}

impl Source {
    /// The keys as they are known now, or `None` while there are none that may still be used.
    #[cfg_attr(not(feature = "remote"), expect(clippy::unnecessary_wraps, reason = "a remote set can be missing"))]
    fn current(&self) -> Option<Arc<JwkSet>> {
        match self {
            Self::Fixed(set) => Some(Arc::clone(set)),
            #[cfg(feature = "remote")]
            Self::Remote(remote) => remote.current(),
        }
    }

    #[cfg(feature = "remote")]
    fn ask(&self) -> Option<crate::keys::remote::Answer> {
        match self {
            Self::Fixed(_) => None,
            Self::Remote(remote) => remote.ask(),
        }
    }
}

impl From<Keys> for VerificationKeys {
    fn from(secrets: Keys) -> Self {
        Self { secrets: Some(secrets), sets: Vec::new() }
    }
}

impl From<SharedSecrets> for VerificationKeys {
    fn from(secrets: SharedSecrets) -> Self {
        Keys::from(secrets).into()
    }
}

impl From<SharedSecret> for VerificationKeys {
    fn from(secret: SharedSecret) -> Self {
        Keys::from(secret).into()
    }
}

impl From<JwkSet> for VerificationKeys {
    fn from(set: JwkSet) -> Self {
        Self { secrets: None, sets: vec![Source::Fixed(Arc::new(set))] }
    }
}

#[cfg(feature = "remote")]
impl From<RemoteJwkSet> for VerificationKeys {
    fn from(remote: RemoteJwkSet) -> Self {
        Self { secrets: None, sets: vec![Source::Remote(remote)] }
    }
}
