//! Why a request has no user (RFC 6750 §3.1).

use crate::VerifyError;
use crate::dpop::DpopError;

/// Why a request has no user, with the status to answer. [`Challenges`](super::Challenges) has the field to send.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum BearerError {
    /// The request has no bearer credentials: 401 and a challenge without an error code (RFC 6750 §3.1).
    #[error("the request has no bearer credentials")]
    MissingCredentials,
    /// The request has more than one credential: 400 `invalid_request` (RFC 6750 §3.1).
    #[error("the request has more than one credential")]
    MultipleCredentials,
    /// `Bearer` is followed by something other than one token: 401 `invalid_token`.
    #[error("the bearer credentials are malformed")]
    MalformedCredentials,
    /// The token is valid, but lacks a scope that the request needs: 403 `insufficient_scope`.
    #[error("the token lacks the scope {scope:?}")]
    InsufficientScope {
        /// The scopes that the request needs, separated by spaces (RFC 6750 §3). They come from the service, not the token.
        scope: Box<str>,
    },
    /// The token is valid, but its private claims do not allow the request: 403 `insufficient_scope` (RFC 6750 §3.1). See
    /// [`AccessPolicy::allows_claims`](crate::adapters::AccessPolicy::allows_claims).
    #[error("the private claims of the token do not allow the request")]
    ClaimsNotAllowed,
    /// The token is valid, but the user has to authenticate again, or by other means: 401 `insufficient_user_authentication`
    /// (RFC 9470 §3). See [`AccessPolicy`](crate::adapters::AccessPolicy).
    #[error("the user has not authenticated strongly or recently enough")]
    InsufficientUserAuthentication {
        /// The values of `acr` of which one is required, separated by spaces, if the token has none of them.
        acr_values: Option<Box<str>>,
        /// The maximum time since the authentication, in seconds, if it is exceeded.
        max_age_seconds: Option<u32>,
    },
    /// The token was rejected: 401 `invalid_token`, or 403 `insufficient_scope`. Or it could not be verified because the
    /// issuer's keys or the required list of revocations are missing: 503.
    #[error(transparent)]
    InvalidToken(#[from] VerifyError),
    /// The service requires [DPoP](crate::dpop::DpopVerifier::required), and the token came under the scheme `Bearer`: 401
    /// `invalid_token` (RFC 9449 §7.2).
    #[error("the token is a bearer token, and DPoP is required")]
    DpopRequired,
    /// The DPoP proof was rejected: 401 `invalid_dpop_proof`, `invalid_token` or `use_dpop_nonce` (RFC 9449 §7.1, §9). Or the store of
    /// used proofs is not available: 503.
    #[error(transparent)]
    InvalidDpopProof(#[from] DpopError),
}

impl BearerError {
    /// The value of `Retry-After`, in seconds: the default cooldown of a remote JWK Set, after which its next fetch starts.
    pub const RETRY_AFTER_SECONDS: u32 = 5;

    /// The HTTP status: 400, 401, 403, or 503 if the token [cannot be verified now](Self::is_unavailable).
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::MultipleCredentials => 400,
            Self::InsufficientScope { .. }
            | Self::ClaimsNotAllowed
            | Self::InvalidToken(VerifyError::InsufficientScope) => 403,
            error if error.is_unavailable() => 503,
            Self::MissingCredentials
            | Self::MalformedCredentials
            | Self::InsufficientUserAuthentication { .. }
            | Self::InvalidToken(_)
            | Self::DpopRequired
            | Self::InvalidDpopProof(_) => 401,
        }
    }

    /// Whether the issuer's keys, the required list of revocations or the store of used DPoP proofs are missing, which is a failure of the service. Send
    /// `Retry-After` with [`RETRY_AFTER_SECONDS`](Self::RETRY_AFTER_SECONDS) then, and no `WWW-Authenticate`: another token
    /// would not help.
    #[must_use]
    pub fn is_unavailable(&self) -> bool {
        match self {
            Self::InvalidToken(error) => error.is_unavailable(),
            Self::InvalidDpopProof(error) => error.is_unavailable(),
            _ => false,
        }
    }

    /// The reason in snake case, for a log field. It does not change between versions, and contains no part of the request.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self {
            Self::MissingCredentials => "missing_credentials",
            Self::MultipleCredentials => "multiple_credentials",
            Self::MalformedCredentials => "malformed_credentials",
            Self::InsufficientScope { .. } => "insufficient_scope",
            Self::ClaimsNotAllowed => "claims_not_allowed",
            Self::InsufficientUserAuthentication { .. } => "insufficient_user_authentication",
            Self::InvalidToken(error) => error.reason(),
            Self::DpopRequired => "dpop_required",
            Self::InvalidDpopProof(error) => error.reason(),
        }
    }
}
