//! What public keys verify (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).

/// A signature algorithm of public keys. HS256 is not among them: it belongs to shared secrets alone, so that nobody can sign
/// with a key that everybody may read (RFC 8725 §2.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Algorithm {
    /// Ed25519 under the name of RFC 8037, which Better Auth writes by default.
    EdDsa,
    /// Ed25519 under the name of RFC 9864, which Better Auth writes when told to. The same signatures: but a key has one
    /// name, and its tokens bear it.
    Ed25519,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// ECDSA on P-521 with SHA-512.
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
}

impl Algorithm {
    /// Each of them.
    pub const ALL: [Self; 6] = [Self::EdDsa, Self::Ed25519, Self::Es256, Self::Es512, Self::Rs256, Self::Ps256];

    /// The value of `alg`, compared byte for byte (RFC 7515 §4.1.1).
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::EdDsa => "EdDSA",
            Self::Ed25519 => "Ed25519",
            Self::Es256 => "ES256",
            Self::Es512 => "ES512",
            Self::Rs256 => "RS256",
            Self::Ps256 => "PS256",
        }
    }

    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}
