//! What may sign.

use std::fmt;

use crate::jws::Compact;
use crate::jws::Header;
use crate::jws::Hs256Key;
use crate::{SharedSecret, SharedSecrets, VerificationKeys, VerifyError};

/// The keys whose signatures are believed. Each verifies exactly one algorithm: the key chooses it, never the token's
/// header (RFC 8725 §3.1).
///
/// Made from [`SharedSecrets`], or from the one [`SharedSecret`] there is. With JWK Sets beside them, or instead, they are
/// [`VerificationKeys`].
pub struct Keys {
    /// Newest first, never empty.
    hs256: Vec<Hs256Key>,
}

impl Keys {
    /// The keys of these shared secrets: the same as [`Keys::from`].
    #[must_use]
    pub fn shared(secrets: impl Into<SharedSecrets>) -> Self {
        secrets.into().into()
    }

    /// These keys and those of a JWK Set, fixed or remote.
    #[must_use]
    pub fn and(self, others: impl Into<VerificationKeys>) -> VerificationKeys {
        VerificationKeys::from(self).and(others)
    }

    #[cfg(test)]
    pub(crate) fn of(hs256: Vec<Hs256Key>) -> Self {
        Self { hs256 }
    }

    pub(crate) fn with_fallback(mut self, last: Self) -> Self {
        self.hs256.extend(last.hs256);
        self
    }

    /// Whether one of these keys signed the token.
    ///
    /// The header's `alg` is compared with the algorithms that there are keys for and opens nothing else.
    pub(crate) fn check(&self, header: &Header<'_>, jws: &Compact<'_>) -> Result<(), VerifyError> {
        if header.alg != Hs256Key::ALGORITHM {
            return Err(VerifyError::InvalidAlgorithm);
        }
        if self.hs256.iter().any(|key| key.signed(jws)) { Ok(()) } else { Err(VerifyError::InvalidSignature) }
    }
}

impl From<SharedSecrets> for Keys {
    fn from(secrets: SharedSecrets) -> Self {
        Self { hs256: secrets.newest_first().iter().map(Hs256Key::new).collect() }
    }
}

impl From<SharedSecret> for Keys {
    fn from(secret: SharedSecret) -> Self {
        SharedSecrets::from(secret).into()
    }
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keys").field("shared_secrets", &self.hs256.len()).finish()
    }
}
