//! Why a verifier could not be set up.

/// What is wrong with a setting, and how to mend it. The message never holds the value.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// Less key than HS256 asks for (RFC 7518 §3.2).
    #[error("the secret has {bytes} bytes, and HS256 asks for 32 or more; make one with `openssl rand -base64 32`")]
    SecretTooShort {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Anybody could guess it: it comes from an example, or repeats or counts itself up to its length (RFC 8725 §3.5).
    #[error("the secret is a known placeholder or a mere pattern; make one with `openssl rand -base64 32`")]
    WeakSecret,
    /// A list of secrets is not written as Better Auth writes it.
    #[error(
        "entry {entry} of the list of secrets is not `version:secret` with a whole number; write `2:new,1:old`, newest first, no comma inside a secret"
    )]
    InvalidSecretEntry {
        /// Its place in the list, from 1.
        entry: usize,
    },
    /// Two secrets of a list have one version.
    #[error("version {version} stands twice in the list of secrets; give the newest secret the next higher one")]
    DuplicateSecretVersion {
        /// The version.
        version: u64,
    },
    /// A list holds a secret that may not be used.
    #[error("entry {entry} of the list of secrets: {problem}")]
    WeakSecretInList {
        /// Its place in the list, from 1.
        entry: usize,
        /// What is wrong with the secret.
        problem: Box<ConfigError>,
    },
    /// A JWK Set of more bytes or keys than are read.
    #[error("the JWK Set is longer than 256 KiB, or lists more than 256 keys")]
    JwkSetTooLarge,
    /// Not one strict JSON object with a list `keys` (RFC 7517 §5).
    #[error("the JWK Set is not one JSON object with a list `keys`, in which no member stands twice")]
    InvalidJwkSet,
    /// A set of which not one key can be used.
    #[error("no key of the JWK Set can be used; the log says why for each")]
    NoUsableJwk,
    /// A JWK Set without an issuer that its tokens must name (RFC 8725 §3.8).
    #[error(
        "with a JWK Set the issuer must be set: what Better Auth writes as `iss`, its base URL unless told otherwise"
    )]
    IssuerMissing,
    /// A JWK Set without an audience that its tokens must name (RFC 8725 §3.9).
    #[error(
        "with a JWK Set the audience must be set: what Better Auth writes as `aud`, its base URL unless told otherwise"
    )]
    AudienceMissing,
    /// A URL from which no JWK Set may be fetched.
    #[error("the URL of the JWK Set is refused: {problem}")]
    InvalidJwkSetUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// Times that a remote JWK Set cannot be kept by.
    #[error(
        "of the JWK Set's times, cooldown and maximum age must be 1 s or more, and stale no less than the maximum age"
    )]
    InvalidJwkSetTimes,
    /// The HTTP client cannot be set up: for https it needs the system's root certificates.
    #[error("no HTTPS client could be set up; are the system's root certificates (ca-certificates) installed?")]
    HttpClient,
    /// More clock skew than may be forgiven.
    #[error("a leeway of {seconds} s is too long; 60 s is the most")]
    LeewayTooLong {
        /// The leeway asked for, in seconds.
        seconds: u64,
    },
}
