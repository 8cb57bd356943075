//! Why a request is rejected under the scheme `DPoP`.

/// Why a DPoP proof, or its token, was rejected. Each variant is one rule. The message is safe to log: it never contains a part of
/// the proof.
#[non_exhaustive]
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq, thiserror::Error)]
pub enum DpopError {
    /// The token has no `cnf`: it is a bearer token, and no key belongs to it (RFC 9449 §7.1).
    #[error("the token is not bound to a key")]
    TokenNotBound,
    /// The request has no `DPoP` field (RFC 9449 §4.3, rule 1).
    #[error("the request has no DPoP proof")]
    MissingProof,
    /// The request has several `DPoP` fields, or one with a comma (RFC 9449 §4.3, rule 1).
    #[error("the request has several DPoP proofs")]
    MultipleProofs,
    /// The proof is longer than [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
    #[error("the DPoP proof is too long")]
    ProofTooLong,
    /// The proof is not a compact JWS of three segments in strict base64url, the first two in UTF-8 (RFC 9449 §4.3, rule 2).
    #[error("the DPoP proof is not a compact JWS")]
    NotCompactJws,
    /// The header is not one JSON object, has a duplicate member name, or is nested too deeply (RFC 7515 §4).
    #[error("the header of the DPoP proof is not a strict JSON object")]
    InvalidHeader,
    /// The header has `crit`, `b64` or `zip` (RFC 7515 §4.1.11, RFC 7797 §7, RFC 7516 §4.1.3).
    #[error("the header of the DPoP proof has an extension")]
    UnsupportedHeader,
    /// `typ` is not `dpop+jwt` (RFC 9449 §4.3, rule 4).
    #[error("the DPoP proof has another type")]
    InvalidType,
    /// `alg` is not a string, or names no [algorithm](crate::Algorithm) that is [allowed](super::DpopVerifier::algorithms): `none`, HS256
    /// and all other symmetric ones never are (RFC 9449 §4.3, rule 5).
    #[error("the algorithm of the DPoP proof is not allowed")]
    UnsupportedAlgorithm,
    /// `jwk` is missing, is no usable public key by the rules of [`JwkSet`](crate::JwkSet), or is for another algorithm than `alg`
    /// (RFC 9449 §4.2).
    #[error("the key of the DPoP proof cannot be used")]
    InvalidKey,
    /// `jwk` has a private member or is symmetric (RFC 9449 §4.3, rule 7).
    #[error("the key of the DPoP proof is not public")]
    PrivateKey,
    /// The thumbprint of `jwk` (RFC 7638) is not the `cnf.jkt` of the token (RFC 9449 §4.3, rule 12).
    #[error("the token is bound to another key")]
    KeyMismatch,
    /// The key in `jwk` does not verify the signature (RFC 9449 §4.3, rule 6).
    #[error("the signature of the DPoP proof is invalid")]
    InvalidSignature,
    /// The payload is not one JSON object, has a duplicate member name, or is nested too deeply (RFC 7519 §7.2).
    #[error("the payload of the DPoP proof is not a strict JSON object")]
    InvalidPayload,
    /// `jti` is not a string of 1 to [`MAX_JTI_BYTES`](super::DpopVerifier::MAX_JTI_BYTES) bytes (RFC 9449 §4.2).
    #[error("the DPoP proof has no valid id")]
    InvalidTokenId,
    /// `htm` is not the method of the request, compared byte for byte (RFC 9449 §4.3, rule 8).
    #[error("the DPoP proof is for another method")]
    MethodMismatch,
    /// `htu` is not the URL of the request (RFC 9449 §4.3, rule 9).
    #[error("the DPoP proof is for another URL")]
    UriMismatch,
    /// `iat` is missing, or one of `iat`, `exp` and `nbf` is not a number (RFC 9449 §4.2).
    #[error("a date of the DPoP proof is missing or invalid")]
    InvalidDate,
    /// `iat` is further in the past than the [maximum age](super::DpopVerifier::max_age_seconds) (RFC 9449 §4.3, rule 11), or the
    /// clock has reached `exp` (RFC 7519 §4.1.4; a proof needs none).
    #[error("the DPoP proof is too old")]
    TooOld,
    /// `iat` or `nbf` is more than [`MAX_SKEW_SECONDS`](super::DpopVerifier::MAX_SKEW_SECONDS) in the future.
    #[error("the DPoP proof was made in the future")]
    IssuedInFuture,
    /// `ath` is not the hash of the access token (RFC 9449 §4.3, rule 12).
    #[error("the DPoP proof is for another token")]
    AccessTokenMismatch,
    /// `nonce` is missing, is not one of the server's, or is too old (RFC 9449 §4.3, rule 10). The response has a new one.
    #[error("the DPoP proof needs a nonce of the server")]
    NonceRequired,
    /// The proof was used before (RFC 9449 §11.1).
    #[error("the DPoP proof was used before")]
    Replayed,
    /// The [`ReplayStore`](super::ReplayStore) is full or cannot be reached. The proof may be valid: answer 503, not 401.
    #[error("the store of used DPoP proofs is not available")]
    ReplayStoreUnavailable,
}

impl DpopError {
    /// The value of `error` in the challenge: `invalid_token` if token and key do not belong together, `use_dpop_nonce`
    /// (RFC 9449 §9), otherwise `invalid_dpop_proof` (RFC 9449 §7.1).
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TokenNotBound | Self::KeyMismatch => "invalid_token",
            Self::NonceRequired => "use_dpop_nonce",
            _ => "invalid_dpop_proof",
        }
    }

    /// Whether the proof could not be checked because the store of used proofs is not available.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        matches!(self, Self::ReplayStoreUnavailable)
    }

    /// The reason in snake case, for a log field. It does not change between versions, and contains no part of the proof.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::TokenNotBound => "dpop_token_not_bound",
            Self::MissingProof => "dpop_proof_missing",
            Self::MultipleProofs => "dpop_multiple_proofs",
            Self::ProofTooLong => "dpop_proof_too_long",
            Self::NotCompactJws => "dpop_not_compact_jws",
            Self::InvalidHeader => "dpop_invalid_header",
            Self::UnsupportedHeader => "dpop_unsupported_header",
            Self::InvalidType => "dpop_invalid_type",
            Self::UnsupportedAlgorithm => "dpop_unsupported_algorithm",
            Self::InvalidKey => "dpop_invalid_key",
            Self::PrivateKey => "dpop_private_key",
            Self::KeyMismatch => "dpop_key_mismatch",
            Self::InvalidSignature => "dpop_invalid_signature",
            Self::InvalidPayload => "dpop_invalid_payload",
            Self::InvalidTokenId => "dpop_invalid_token_id",
            Self::MethodMismatch => "dpop_method_mismatch",
            Self::UriMismatch => "dpop_uri_mismatch",
            Self::InvalidDate => "dpop_invalid_date",
            Self::TooOld => "dpop_proof_too_old",
            Self::IssuedInFuture => "dpop_issued_in_future",
            Self::AccessTokenMismatch => "dpop_access_token_mismatch",
            Self::NonceRequired => "dpop_nonce_required",
            Self::Replayed => "dpop_proof_replayed",
            Self::ReplayStoreUnavailable => "dpop_replay_store_unavailable",
        }
    }
}
