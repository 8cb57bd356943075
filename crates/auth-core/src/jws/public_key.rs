//! A public key that is ready to verify signatures.

use std::fmt;

use aws_lc_rs::signature::ParsedPublicKey;

use super::Algorithm;

/// A usable key of a JWK Set, bound to one algorithm when it is parsed (RFC 8725 §3.1).
///
/// It uses AWS-LC directly: jsonwebtoken does not support ES512 and parses the key again for each token.
pub(crate) struct PublicKey {
    pub(crate) id: Option<Box<str>>,
    pub(crate) algorithm: Algorithm,
    pub(crate) key: ParsedPublicKey,
    /// The length of each signature in bytes: R and S at full width (RFC 7518 §3.4), the length of the modulus
    /// (RFC 8017 §8.1.2), or 64 (RFC 8032 §5.1.6).
    pub(crate) signature_bytes: usize,
}

impl PublicKey {
    /// Returns whether this key made the signature.
    pub(crate) fn verify(&self, signing_input: &[u8], signature: &[u8]) -> bool {
        signature.len() == self.signature_bytes && self.key.verify_sig(signing_input, signature).is_ok()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PublicKey").field("id", &self.id).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}
