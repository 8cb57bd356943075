//! Why a verifier cannot be set up, and why a token is rejected.

/// Why a token was refused. Each variant is one rule; the message is safe to log, it never holds the token.
///
/// Clients should learn none of this but [expiry](Self::is_expired): [`bearer::BearerError`](crate::bearer::BearerError) words it
/// for them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum VerifyError {
    /// Longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES): input is bounded before it is read.
    #[error("token is too long")]
    TokenTooLong,
    /// Not exactly three segments (RFC 7515 §7.1). Encrypted tokens have five (RFC 7516 §7.1), Better Auth's opaque
    /// session tokens one or two.
    #[error("token is not a compact JWS")]
    NotCompactJws,
    /// A segment is not base64url, is padded, or has stray bits at its end (RFC 7515 §2, RFC 4648 §3.5).
    #[error("token is not strict base64url")]
    InvalidBase64Url,
    /// The header or the payload is not UTF-8 (RFC 8725 §3.7).
    #[error("token is not UTF-8")]
    InvalidUtf8,
    /// The header is not one JSON object, names a member twice, or nests too deep (RFC 7515 §4).
    #[error("token header is not one strict JSON object")]
    InvalidHeader,
    /// `crit` is there; no critical extension is understood here (RFC 7515 §4.1.11).
    #[error("token header has a critical extension")]
    UnsupportedCriticalHeader,
    /// `b64` or `zip` is there: a JWT is neither unencoded (RFC 7797 §7) nor compressed (RFC 7516 §4.1.3).
    #[error("token header asks for another form of payload")]
    UnsupportedPayloadEncoding,
    /// `typ` is there and is neither `JWT` nor `at+jwt`, or is none that the policy names: a token for another purpose
    /// (RFC 8725 §3.11).
    #[error("token is of another type")]
    InvalidTokenType,
    /// `kid` is not a string (RFC 7515 §4.1.4).
    #[error("token header has an unusable key id")]
    InvalidKeyId,
    /// `alg` is missing, is not a string, or is no configured key's algorithm (RFC 7515 §4.1.1, RFC 8725 §3.1).
    #[error("token is signed with another algorithm")]
    InvalidAlgorithm,
    /// No key has this `kid`, or several could be meant: a forged header, or a key too new to be fetched yet (RFC 7515
    /// §4.1.4).
    #[error("token is signed with an unknown key")]
    NoMatchingKey,
    /// The issuer's JWK Set was not reached yet, or too long ago. Nothing is known about the token: answer 503, not 401.
    #[error("the issuer's keys are not available")]
    KeysUnavailable,
    /// No configured key made this signature (RFC 7515 §5.2).
    #[error("token signature is wrong")]
    InvalidSignature,
    /// The payload is not one JSON object, names a member twice, or nests too deep (RFC 7519 §7.2).
    #[error("token payload is not one strict JSON object")]
    InvalidPayload,
    /// `exp` is missing (RFC 7519 §4.1.4; required here).
    #[error("token has no expiry")]
    MissingExpiration,
    /// `exp`, `nbf` or `iat` is not a number, or lies beyond the year 9999 (RFC 7519 §2).
    #[error("token has an unusable date")]
    InvalidNumericDate,
    /// `sub` is not a string of 1 to 255 bytes without control characters (RFC 7519 §4.1.2). So are Better Auth's e-mail
    /// links and session cookies, which the same secret signs.
    #[error("token has no usable subject")]
    InvalidSubject,
    /// `iss` is not the configured issuer, or not a string (RFC 7519 §4.1.1).
    #[error("token is from another issuer")]
    InvalidIssuer,
    /// `aud` does not name this service, or is no string and no list of strings (RFC 7519 §4.1.3).
    #[error("token is for another audience")]
    InvalidAudience,
    /// A claim is not as the policy requires it.
    #[error("token lacks a required claim")]
    ClaimRequirementNotMet,
    /// `iat` is missing (RFC 7519 §4.1.6), and the policy limits the age of a token.
    #[error("token does not say when it was issued")]
    MissingIssuedAt,
    /// `nbf` is ahead of the clock by more than the leeway (RFC 7519 §4.1.5).
    #[error("token is not valid yet")]
    NotYetValid,
    /// `iat` is ahead of the clock by more than the leeway (RFC 7519 §4.1.6).
    #[error("token was issued in the future")]
    IssuedInFuture,
    /// `exp` is past by the leeway or more (RFC 7519 §4.1.4). All else about the token was right, but perhaps its scope.
    #[error("token has expired")]
    Expired,
    /// Issued longer ago than the policy allows, leeway included. Else as [`Expired`](Self::Expired).
    #[error("token is too old")]
    MaxAgeExceeded,
    /// Good, but `scope` lacks one that the policy requires (RFC 9068 §2.2.3): answer 403.
    #[error("token lacks a required scope")]
    InsufficientScope,
}

impl VerifyError {
    /// Whether the token was good once: its client needs a fresh one, and nobody needs to worry.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::Expired | Self::MaxAgeExceeded)
    }

    /// Whether nothing is wrong with the token as far as anybody knows: the issuer's keys are missing. To be answered with
    /// 503, as [`bearer::BearerError::status`](crate::bearer::BearerError::status) does.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::KeysUnavailable)
    }
}

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
