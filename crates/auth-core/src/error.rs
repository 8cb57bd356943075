//! Errors: an invalid configuration, and a rejected token.

/// Why a token was rejected. Each variant is one rule. The message is safe to log: it never contains a part of the token.
///
/// Clients should learn no more than whether the token [has expired](Self::is_expired);
/// [`bearer::Challenges`](crate::bearer::Challenges) has the texts for them.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum VerifyError {
    /// The token is longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("the token is too long")]
    TokenTooLong,
    /// The token does not have exactly three segments (RFC 7515 §7.1). An encrypted token has five (RFC 7516 §7.1), an opaque
    /// session token of Better Auth one or two.
    #[error("the token is not a compact JWS")]
    NotCompactJws,
    /// A segment is not base64url, has padding, or has non-zero bits after its last byte (RFC 7515 §2, RFC 4648 §3.5).
    #[error("the token is not strict base64url")]
    InvalidBase64Url,
    /// The header or the payload is not UTF-8 (RFC 8725 §3.7).
    #[error("the token is not UTF-8")]
    InvalidUtf8,
    /// The header is not one JSON object, has a duplicate member name, or is nested too deeply (RFC 7515 §4).
    #[error("the token header is not a strict JSON object")]
    InvalidHeader,
    /// The header has `crit`. No critical extension is supported (RFC 7515 §4.1.11).
    #[error("the token header has a critical extension")]
    UnsupportedCriticalHeader,
    /// The header has `b64` or `zip`. A JWT is neither unencoded (RFC 7797 §7) nor compressed (RFC 7516 §4.1.3).
    #[error("the token header requires another payload encoding")]
    UnsupportedPayloadEncoding,
    /// `typ` is neither missing nor `JWT`, `at+jwt` or `application/at+jwt`, or is not in
    /// [`Validation::token_types`](crate::Validation::token_types): a token for another purpose (RFC 8725 §3.11).
    #[error("the token has another type")]
    InvalidTokenType,
    /// `kid` is not a string (RFC 7515 §4.1.4).
    #[error("the key id of the token is not a string")]
    InvalidKeyId,
    /// `alg` is missing, is not a string, or is not the algorithm of the key (RFC 7515 §4.1.1, RFC 8725 §3.1).
    #[error("the token has another algorithm than the key")]
    InvalidAlgorithm,
    /// No key has this `kid`, or several keys match: the header is forged, or the key is too new (RFC 7515 §4.1.4).
    #[error("no key matches the token")]
    NoMatchingKey,
    /// The issuer's JWK Set was not fetched yet or is too old, or it may have a new key with this `kid` that could not be
    /// fetched in time. The token may be valid: answer 503, not 401.
    #[error("the issuer's keys are not available")]
    KeysUnavailable,
    /// No key verifies the signature (RFC 7515 §5.2).
    #[error("the token signature is invalid")]
    InvalidSignature,
    /// The payload is not one JSON object, has a duplicate member name, or is nested too deeply (RFC 7519 §7.2).
    #[error("the token payload is not a strict JSON object")]
    InvalidPayload,
    /// `exp` is missing (RFC 7519 §4.1.4; required by this crate).
    #[error("the token has no expiration")]
    MissingExpiration,
    /// `exp`, `nbf` or `iat` is not a number, or is after the year 9999 (RFC 7519 §2).
    #[error("a date of the token is invalid")]
    InvalidNumericDate,
    /// `sub` is not a string of 1 to 255 bytes without control or format characters (Unicode categories Cc, Cf, Zl, Zp), or
    /// is only white space (RFC 7519 §4.1.2). Better Auth's e-mail links and session cookies, which are signed with the same
    /// secret, have no `sub`.
    #[error("the token has no valid subject")]
    InvalidSubject,
    /// `iss` is not the required issuer, or not a string (RFC 7519 §4.1.1).
    #[error("the token is from another issuer")]
    InvalidIssuer,
    /// `aud` contains no allowed audience, or is neither a string nor an array of strings (RFC 7519 §4.1.3).
    #[error("the token is for another audience")]
    InvalidAudience,
    /// A predicate of [`Validation::require_claim`](crate::Validation::require_claim) returned `false`.
    #[error("the token does not meet a claim requirement")]
    ClaimRequirementNotMet,
    /// `iat` is missing (RFC 7519 §4.1.6) and the validation has a maximum age.
    #[error("the token has no issue date")]
    MissingIssuedAt,
    /// `nbf` is later than the clock plus the leeway (RFC 7519 §4.1.5).
    #[error("the token is not valid yet")]
    NotYetValid,
    /// `iat` is later than the clock plus the leeway (RFC 7519 §4.1.6).
    #[error("the token was issued in the future")]
    IssuedInFuture,
    /// The clock has reached `exp` plus the leeway (RFC 7519 §4.1.4). All rules of the form, the key, the signature and the
    /// other registered claims are met.
    #[error("the token has expired")]
    Expired,
    /// The token is older than the maximum age plus the leeway. Otherwise like [`Expired`](Self::Expired).
    #[error("the token is too old")]
    MaxAgeExceeded,
    /// The token has `cnf`: it is valid only together with a proof of a key, so it is not a bearer token (RFC 9449 §7.2,
    /// RFC 8705 §3). Or, under the scheme `DPoP`, `cnf` is not an object with a `jkt` of 43 characters and nothing else. See
    /// [`dpop`](crate::dpop).
    #[error("the token is bound to a key of its sender")]
    SenderConstrained,
    /// `client_id` or `azp` equals `sub`: the token stands for a client and not for a user (RFC 9700 §4.15).
    #[error("the token stands for a client and not for a user")]
    SubjectIsClient,
    /// The session of the token has ended, or its user was deleted. See [`Revocations`](crate::Revocations).
    #[error("the token is revoked")]
    Revoked,
    /// The required list of revocations was not fetched yet, or is too old. The token may be valid: answer 503, not 401.
    #[error("the list of revocations is not available")]
    RevocationsUnavailable,
    /// The private claims do not have the type of [`Verifier::verify_as`](crate::Verifier::verify_as): one is missing, or has another
    /// type (RFC 7519 §4.3).
    #[error("the private claims of the token do not have the expected form")]
    InvalidPrivateClaims,
    /// The token is valid, but `scope` lacks a required scope (RFC 9068 §2.2.3): answer 403.
    #[error("the token lacks a required scope")]
    InsufficientScope,
}

impl VerifyError {
    /// Whether the token was valid before: the client needs a new one.
    #[must_use]
    pub fn is_expired(&self) -> bool {
        matches!(self, Self::Expired | Self::MaxAgeExceeded)
    }

    /// Whether the token could not be verified because the issuer's keys or the required list of revocations are missing.
    /// Answer 503, the status of [`BearerError::status`](crate::bearer::BearerError::status).
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::KeysUnavailable | Self::RevocationsUnavailable)
    }

    /// The reason in snake case, for a log field. It does not change between versions, and contains no part of the token.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TokenTooLong => "token_too_long",
            Self::NotCompactJws => "not_compact_jws",
            Self::InvalidBase64Url => "invalid_base64url",
            Self::InvalidUtf8 => "invalid_utf8",
            Self::InvalidHeader => "invalid_header",
            Self::UnsupportedCriticalHeader => "unsupported_critical_header",
            Self::UnsupportedPayloadEncoding => "unsupported_payload_encoding",
            Self::InvalidTokenType => "invalid_token_type",
            Self::InvalidKeyId => "invalid_key_id",
            Self::InvalidAlgorithm => "invalid_algorithm",
            Self::NoMatchingKey => "no_matching_key",
            Self::KeysUnavailable => "keys_unavailable",
            Self::InvalidSignature => "invalid_signature",
            Self::InvalidPayload => "invalid_payload",
            Self::MissingExpiration => "missing_expiration",
            Self::InvalidNumericDate => "invalid_numeric_date",
            Self::InvalidSubject => "invalid_subject",
            Self::InvalidIssuer => "invalid_issuer",
            Self::InvalidAudience => "invalid_audience",
            Self::ClaimRequirementNotMet => "claim_requirement_not_met",
            Self::MissingIssuedAt => "missing_issued_at",
            Self::NotYetValid => "not_yet_valid",
            Self::IssuedInFuture => "issued_in_future",
            Self::Expired => "expired",
            Self::MaxAgeExceeded => "max_age_exceeded",
            Self::SenderConstrained => "sender_constrained",
            Self::SubjectIsClient => "subject_is_client",
            Self::Revoked => "revoked",
            Self::RevocationsUnavailable => "revocations_unavailable",
            Self::InvalidPrivateClaims => "invalid_private_claims",
            Self::InsufficientScope => "insufficient_scope",
        }
    }
}

/// What is wrong with a setting. The message states the fix and never contains a secret or a key.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum ConfigError {
    /// The secret is shorter than HS256 requires (RFC 7518 §3.2).
    #[error("the secret has {bytes} bytes, and HS256 requires 32 or more; make one with `openssl rand -base64 32`")]
    SecretTooShort {
        /// Its length in bytes.
        bytes: usize,
    },
    /// The secret comes from an example, or is a repetition or a sequence (RFC 8725 §3.5).
    #[error("the secret is a known placeholder or a simple pattern; make one with `openssl rand -base64 32`")]
    WeakSecret,
    /// An entry of a list of secrets does not have Better Auth's form.
    #[error(
        "entry {entry} of the list of secrets is not `version:secret` with a whole number; write `2:new,1:old`, newest first, no comma inside a secret"
    )]
    InvalidSecretEntry {
        /// Its position in the list, from 1.
        entry: usize,
    },
    /// Two secrets of a list have the same version.
    #[error("version {version} occurs twice in the list of secrets; give the newest secret the next higher version")]
    DuplicateSecretVersion {
        /// The version.
        version: u64,
    },
    /// A secret of a list is too short or weak.
    #[error("entry {entry} of the list of secrets: {problem}")]
    WeakSecretInList {
        /// Its position in the list, from 1.
        entry: usize,
        /// What is wrong with the secret.
        problem: Box<ConfigError>,
    },
    /// A JWK Set exceeds [`JwkSet::MAX_BYTES`](crate::JwkSet::MAX_BYTES) or [`JwkSet::MAX_KEYS`](crate::JwkSet::MAX_KEYS).
    #[error("the JWK Set is longer than 256 KiB, or has more than 256 keys")]
    JwkSetTooLarge,
    /// A JWK Set is not one strict JSON object with an array `keys` (RFC 7517 §5).
    #[error("the JWK Set is not one JSON object with an array `keys` and without duplicate member names")]
    InvalidJwkSet,
    /// No key of a JWK Set can be used.
    #[error("no key of the JWK Set can be used; the log states the reason for each")]
    NoUsableJwk,
    /// A JWK Set, or one of several issuers, is configured without an issuer (RFC 8725 §3.8).
    #[error(
        "with a JWK Set or several issuers the issuer must be set: what Better Auth writes as `iss`, by default the origin of its base URL"
    )]
    IssuerMissing,
    /// Two issuers of a verifier have the same name, so `iss` would not select the keys (RFC 8725 §3.8).
    #[error("the issuer {issuer:?} is configured twice; merge its keys with `VerificationKeys::merge`")]
    DuplicateIssuer {
        /// The issuer.
        issuer: String,
    },
    /// A JWK Set is configured without an audience (RFC 8725 §3.9).
    #[error(
        "with a JWK Set the audience must be set: what Better Auth writes as `aud`, by default the origin of its base URL"
    )]
    AudienceMissing,
    /// A JWK Set must not be fetched from this URL.
    #[error("the URL of the JWK Set is not accepted: {problem}")]
    InvalidJwkSetUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The metadata of an issuer must not be fetched from this issuer (RFC 8414 §2).
    #[error("the issuer is not accepted for discovery: {problem}")]
    InvalidIssuerUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The times of a remote JWK Set are out of bounds.
    #[error(
        "the times of the JWK Set are invalid: cooldown and maximum age must be 1 s or more, and the stale age at least the maximum age"
    )]
    InvalidJwkSetTimes,
    /// A list of revocations must not be fetched from this URL.
    #[error("the URL of the revocations is not accepted: {problem}")]
    InvalidRevocationsUrl {
        /// What is wrong with it.
        problem: &'static str,
    },
    /// The interval between two fetches of a list of revocations is 0.
    #[error("the interval between two fetches of the revocations must be 1 s or more")]
    InvalidPollInterval,
    /// A resource identifier does not have the form of RFC 9728 §1.2.
    #[error(
        "the resource identifier must be an https URL (http for loopback hosts) without query, fragment and user name"
    )]
    InvalidResource,
    /// The URL of a service with DPoP does not have the form of [`DpopVerifier::new`](crate::dpop::DpopVerifier::new).
    #[error("the base URL for DPoP must be an http or https URL without user name, query and fragment")]
    InvalidDpopBaseUrl,
    /// No algorithm is allowed for DPoP proofs.
    #[error("at least one algorithm must be allowed for DPoP proofs")]
    NoDpopAlgorithm,
    /// The maximum age of DPoP proofs is out of bounds.
    #[error("the maximum age of a DPoP proof must be 1 to 300 s")]
    InvalidDpopMaxAge,
    /// The system provides no random numbers for a key.
    #[error("the system provides no random numbers")]
    NoRandomNumbers,
    /// The HTTP client cannot be set up: for https it needs the system's root certificates.
    #[error("no HTTPS client could be set up; are the system's root certificates (ca-certificates) installed?")]
    HttpClient,
    /// The leeway exceeds [`Validation::MAX_LEEWAY_SECONDS`](crate::Validation::MAX_LEEWAY_SECONDS).
    #[error("a leeway of {seconds} s is too long; the maximum is 60 s")]
    LeewayTooLong {
        /// The leeway, in seconds.
        seconds: u64,
    },
}
