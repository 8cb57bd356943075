//! Why a key is left out.

/// Why one key of a set cannot be used. The message is for the log: it never holds anything of the key.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
pub(super) enum Unusable {
    #[error("it is not an object")]
    NotAnObject,
    #[error("its type or curve is unknown")]
    Type,
    /// Whoever may read the set could sign with it (RFC 8725 §2.1).
    #[error("it is a symmetric key, and everybody can read the set")]
    Symmetric,
    /// Its signatures prove nothing any more (RFC 7517 §9.2).
    #[error("it is published with its private part; replace it")]
    Private,
    #[error("its `use` or `key_ops` is not to verify signatures")]
    Use,
    #[error("its `alg` is unknown or does not fit its type")]
    Algorithm,
    #[error("its member `{0}` is missing or malformed")]
    Member(&'static str),
    /// RFC 7518 §3.3.
    #[error("its modulus is not of 2048 to 8192 bits")]
    ModulusLength,
    #[error("its modulus comes from the faulty generator of CVE-2017-15361")]
    Roca,
    #[error("its public exponent is not an odd number of 3 or more, in 4 bytes at most")]
    Exponent,
    /// RFC 8725 §3.4.
    #[error("its point is not on the curve")]
    OffCurve,
    #[error("its point is of small order or not in its one canonical form")]
    WeakPoint,
}

/// A key id as it may stand in a log: the issuer chose it, so it is escaped and cut.
pub(super) fn shown(kid: &str) -> String {
    kid.chars().take(64).flat_map(char::escape_debug).collect()
}
