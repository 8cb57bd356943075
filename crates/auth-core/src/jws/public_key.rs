//! One public key, ready to verify.

use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;

use crate::Algorithm;
use crate::jws::Compact;

/// A usable key of a JWK Set, bound to one algorithm when it was read (RFC 8725 §3.1).
///
/// AWS-LC is asked directly: jsonwebtoken knows no ES512, and parses the key again for each token.
pub(crate) struct PublicKey {
    pub(crate) id: Option<Box<str>>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: ParsedPublicKey,
    /// How long each of its signatures is, in bytes: R and S at full width (RFC 7518 §3.4), as long as the modulus
    /// (RFC 8017 §8.1.2), or 64 (RFC 8032 §5.1.6).
    pub(crate) signature_bytes: usize,
}

impl PublicKey {
    /// Whether this key made the signature.
    pub(crate) fn signed(&self, jws: &Compact<'_>) -> bool {
        self.verifies(jws.signing_input.as_bytes(), &jws.signature)
    }

    pub(crate) fn verifies(&self, message: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_bytes && self.key.verify_sig(message, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("id", &self.id).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
