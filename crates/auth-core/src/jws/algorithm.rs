//! Signature algorithms of public keys (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).

/// A signature algorithm of public keys.
///
/// HS256 is not in the list: it belongs to shared secrets only. With a public key as an HMAC secret, everyone could sign
/// (RFC 8725 §2.1).
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum Algorithm {
    /// Ed25519 under its name in RFC 8037, Better Auth's default.
    EdDsa,
    /// Ed25519 under its name in RFC 9864. The signatures are the same, but a key is bound to one of the two names.
    Ed25519,
    /// ECDSA on P-256 with SHA-256. For each valid signature (r, s), (r, n − s) is valid too, n being the order of the curve: an
    /// accepted token has two spellings, with the same claims (RFC 7518 §3.4 requires no certain one).
    Es256,
    /// ECDSA on P-521 with SHA-512. Its signatures have two spellings, like those of ES256.
    Es512,
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    Rs256,
    /// RSASSA-PSS with SHA-256 and a salt of 32 bytes.
    Ps256,
}

impl Algorithm {
    /// All supported algorithms.
    pub const ALL: [Self; 6] = [Self::EdDsa, Self::Ed25519, Self::Es256, Self::Es512, Self::Rs256, Self::Ps256];

    /// The value of `alg` in a header or a JWK, compared byte for byte (RFC 7515 §4.1.1).
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

    pub(crate) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.name() == name)
    }
}
