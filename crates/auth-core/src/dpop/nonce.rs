//! Nonces of the server (RFC 9449 §8, §9).

use aws_lc_rs::hmac;
use aws_lc_rs::rand::SystemRandom;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::DpopVerifier;
use crate::ConfigError;

/// Separates these codes from others under the same key.
const CONTEXT: &[u8] = b"auth-core DPoP nonce\0";

/// Makes and checks nonces, without storing them: a nonce is its time and an HMAC-SHA-256 over it.
///
/// A client cannot make proofs in advance then: it gets a nonce with the first response, and uses it until the server names another
/// one (RFC 9449 §8, §11.2). Each client repeats one request in the lifetime of a nonce.
///
/// ```
/// use auth_core::dpop::{DpopNonces, DpopVerifier};
///
/// // One process: a random key. Several replicas need the same key of 32 random bytes.
/// let dpop = DpopVerifier::new("https://api.example")?.with_nonces(DpopNonces::generate()?);
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug)]
pub struct DpopNonces {
    key: hmac::Key,
    lifetime_seconds: u32,
}

impl DpopNonces {
    /// The length of a key, in bytes.
    pub const KEY_BYTES: usize = 32;

    /// The lifetime of a nonce unless another is set, in seconds.
    pub const DEFAULT_LIFETIME_SECONDS: u32 = 300;

    /// Nonces under a random key of this process. Those of another process, and of this one before a restart, are not accepted: the
    /// client is challenged once more.
    ///
    /// Returns [`ConfigError::NoRandomNumbers`] if the system provides none.
    pub fn generate() -> Result<Self, ConfigError> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &SystemRandom::new());
        Ok(Self::new(key.map_err(|_| ConfigError::NoRandomNumbers)?))
    }

    /// Nonces under this key, 32 random bytes, which all replicas of a service share. Use it for nothing else.
    #[must_use]
    pub fn from_key(key: &[u8; Self::KEY_BYTES]) -> Self {
        Self::new(hmac::Key::new(hmac::HMAC_SHA256, key))
    }

    fn new(key: hmac::Key) -> Self {
        Self { key, lifetime_seconds: Self::DEFAULT_LIFETIME_SECONDS }
    }

    /// How long a nonce is accepted, in seconds: 1 or more.
    #[must_use]
    pub fn lifetime_seconds(mut self, seconds: u32) -> Self {
        self.lifetime_seconds = seconds.max(1);
        self
    }

    /// A nonce of this time, in seconds since 1970: 54 characters of base64url (RFC 9449 §8.1).
    pub(super) fn issue(&self, now: u64) -> String {
        let time = now.to_be_bytes();
        URL_SAFE_NO_PAD.encode([&time[..], hmac::sign(&self.key, &message(time)).as_ref()].concat())
    }

    /// Whether this is a nonce of the last seconds.
    pub(super) fn accepts(&self, nonce: &str, now: u64) -> bool {
        let mut bytes = [0; 8 + Self::KEY_BYTES];
        if URL_SAFE_NO_PAD.decode_slice(nonce, &mut bytes) != Ok(bytes.len()) {
            return false;
        }
        let (time, tag) = bytes.split_at(8);
        let Ok(time) = <[u8; 8]>::try_from(time) else { return false };
        let issued = u64::from_be_bytes(time);
        hmac::verify(&self.key, &message(time), tag).is_ok()
            && issued <= now.saturating_add(u64::from(DpopVerifier::MAX_SKEW_SECONDS))
            && now.saturating_sub(issued) < u64::from(self.lifetime_seconds)
    }
}

fn message(time: [u8; 8]) -> Vec<u8> {
    [CONTEXT, &time].concat()
}
