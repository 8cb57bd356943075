//! Reasons to leave a key out.

/// Why a key of a set cannot be used. The message is logged and contains no key material.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(crate) enum JwkError {
    #[error("it is not an object")]
    NotAnObject,
    #[error("its type or curve is not supported")]
    UnsupportedKeyType,
    /// Everyone who can read the set could sign with it (RFC 8725 §2.1).
    #[error("it is a symmetric key, and everyone can read the set")]
    SymmetricKey,
    /// The key is compromised: everyone can sign with it (RFC 7517 §9.2).
    #[error("it is published with its private part; replace it")]
    PrivateKey,
    #[error("its `use` or `key_ops` does not allow verification")]
    NotForVerification,
    #[error("its `alg` is not supported or does not fit its type")]
    InvalidAlgorithm,
    #[error("its member `{0}` is missing or malformed")]
    InvalidParameter(&'static str),
    /// RFC 7518 §3.3.
    #[error("its modulus does not have 2048 to 8192 bits")]
    ModulusLength,
    #[error("its modulus was made by the faulty generator of CVE-2017-15361")]
    Roca,
    #[error("its public exponent is not an odd number of 3 or more in at most 4 bytes")]
    Exponent,
    /// RFC 8725 §3.4.
    #[error("its point is not on the curve")]
    PointNotOnCurve,
    #[error("its point is of small order or not in canonical form")]
    SmallOrderPoint,
}
