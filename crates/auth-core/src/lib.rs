//! Verification of the access tokens of [Better Auth](https://www.better-auth.com): from a token to an [`AuthenticatedUser`].
//!
//! A [`Verifier`] has the keys that Better Auth signs with, its shared secret or its JWK Set. [`Verifier::verify`] returns an
//! [`AuthenticatedUser`], which only it can create, or a [`VerifyError`], which is safe to log.
//!
//! ```
//! use auth_core::{SharedSecret, TokenSigner, TokenSubject, Validation, Verifier};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The value of BETTER_AUTH_SECRET. A short secret, or one from an example, is an error.
//! let secret: SharedSecret = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs".parse()?;
//!
//! // Better Auth signs tokens like this one. (`TokenSigner` needs the feature `sign`.)
//! let token = TokenSigner::new(&secret).audience("todo-api").sign(&TokenSubject::new("ann"))?;
//!
//! let verifier = Verifier::new(secret, Validation::new().audience("todo-api"))?;
//! let user = verifier.verify(&token).await?;
//! assert_eq!(user.user_id(), "ann");
//! # Ok(())
//! # }
//! ```
//!
//! Better Auth's `jwt()` plugin signs with private keys instead. Its public keys are fetched and refreshed (feature `remote`):
//!
//! ```no_run
//! # #[cfg(feature = "remote")]
//! # fn main() -> Result<(), auth_core::ConfigError> {
//! use auth_core::{RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier};
//!
//! let base_url = "https://app.example";
//! let keys = RemoteJwkSet::better_auth(base_url, RemoteJwkSetOptions::new())?;
//! let verifier = Verifier::new(keys, Validation::better_auth_jwks(base_url))?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "remote"))]
//! # fn main() {}
//! ```
//!
//! In an HTTP service, the [`adapters`] make the user a parameter of a handler; [`bearer`] has the rules for the
//! `Authorization` and `WWW-Authenticate` fields without a web framework.
//!
//! # What is where
//!
//! | task | item |
//! |---|---|
//! | use Better Auth's secret | [`SharedSecret`], or [`SharedSecrets`] during a rotation |
//! | use public keys | [`JwkSet`] from a file, `RemoteJwkSet` from a URL (feature `remote`) |
//! | find the keys of an issuer by its metadata (RFC 8414, OpenID) | `RemoteJwkSet::discover` (feature `remote`) |
//! | combine keys of several kinds | [`VerificationKeys`] |
//! | accept the tokens of several issuers | [`Verifier::with_issuer`], [`AuthenticatedUser::issuer`] |
//! | require issuer, audience, token types, age, scopes, claims | [`Validation`] |
//! | verify a token | [`Verifier::verify`] |
//! | read private claims, typed | [`Verifier::verify_as`], [`AuthenticatedUser::claims`] |
//! | reject the tokens of an ended session | [`Verifier::with_revocations`], [`RevocationList`], `RemoteRevocationList` (feature `remote`) |
//! | require a scope for a request | [`AuthenticatedUser::require_scope`] |
//! | get the user in actix-web, axum, tonic | [`adapters`] |
//! | extract the token from a request, answer without a user | [`bearer`] |
//! | control the time in a test | [`Clock::fixed`] |
//! | sign tokens | `TokenSigner` (feature `sign`) |
//! | accept tokens that are bound to a key (DPoP, RFC 9449) | [`dpop`], [`adapters::Authenticator::with_dpop`] |
//! | require a scope, a claim or a recent sign-in of one route | [`adapters::AccessPolicy`] |
//! | tell clients where to get tokens (RFC 9728) | [`bearer::ProtectedResource`] |
//! | log rejected requests | [`adapters::Authenticator::on_rejection`] |
//! | diagnose a rejected token | `explain` (feature `explain`) |
//! | test a service with access tokens | `test_util` (feature `test-util`) |
//!
//! # Rules
//!
//! The first rule that fails determines the [`VerifyError`]:
//!
//! 1. The token has at most [`MAX_TOKEN_BYTES`] and is a compact JWS of three strict base64url segments (RFC 7515 §7.1).
//! 2. The header is one JSON object without `crit`, `b64` and `zip`. Its `typ` is missing, `JWT`, `at+jwt` or
//!    `application/at+jwt`, unless the [`Validation`] has other [token types](Validation::token_types).
//! 3. A key matches: for HS256 the shared secrets, otherwise the key with the header's `kid`, or the only key if there is no
//!    `kid`. The header's `alg` is the [`Algorithm`] of the key: the key determines the algorithm (RFC 8725 §3.1).
//!    With several issuers, the claim `iss` selects keys and validation before the header is read.
//! 4. The key verifies the signature.
//! 5. The claims are one JSON object with a valid `sub` and `exp`; `iss` and `aud` are those of the [`Validation`], which with
//!    a JWK Set must have both; `exp`, `nbf` and `iat` fit the clock.
//! 6. The token is one of a bearer and of a user: it has no `cnf` (RFC 9449 §7.2, RFC 8705 §3), and neither `client_id` nor
//!    `azp` equals `sub` (RFC 9700 §4.15). With [`dpop`], under the scheme `DPoP`, it has `cnf.jkt`, and the request a proof of that key.
//! 7. No source of [revocations](Revocations) names its session or its user.
//! 8. The private claims have the type that [`Verifier::verify_as`] requires, if any.
//! 9. It has the scopes that the [`Validation`] requires. The scopes of a single request are checked with
//!    [`AuthenticatedUser::require_scope`]: a token without `scope`, `client_id` and `azp` has all of them.
//!
//! JSON is read strictly (RFC 8725 §3.7): UTF-8 without a byte order mark, no duplicate member names at any level, at most 32
//! levels. Header parameters cannot add a key or a URL (RFC 8725 §3.10): only the configured URLs are fetched, and with
//! `RemoteJwkSet::discover` those in the metadata of configured issuers.
//!
//! A verified token may have a second spelling: with ES256 and ES512, the signatures (r, s) and (r, n − s) are both valid, and
//! RFC 7518 §3.4 accepts both. So the bytes of a token, or a hash of them, do not identify it; revoke sessions and users.
//!
//! # Features
//!
//! No feature is on by default; the crate then needs no network, no async runtime and no web framework.
//!
//! | feature | adds |
//! |---|---|
//! | `remote` | `RemoteJwkSet` and `RemoteRevocationList`, with reqwest (rustls) and tokio |
//! | `actix`, `axum`, `tower` | the [`adapters`] of these names; `tower` is also for tonic and hyper |
//! | `metrics` | the [metrics](#metrics) |
//! | `sign` | `TokenSigner` |
//! | `explain` | the module `explain` |
//! | `test-util` | the module `test_util`, and `sign` |
//!
//! # Why was it rejected?
//!
//! A client learns next to nothing. The service learns the rule and the key id: from the [`VerifyError`], from
//! [`Authenticator::on_rejection`](adapters::Authenticator::on_rejection), from the `BearerError` in the extensions of the
//! response, and from the log: `RUST_LOG=auth_core=debug` with `tracing-subscriber`. The feature `explain` describes a token.
//!
//! # Metrics
//!
//! With the feature `metrics`, for the exporter that the service has installed with the crate
//! [`metrics`](https://docs.rs/metrics):
//!
//! | metric | kind | labels |
//! |---|---|---|
//! | `auth_core_verifications_total` | counter | `result`: `accepted`, or [`VerifyError::reason`], with DPoP also [`dpop::DpopError::reason`] |
//! | `auth_core_verification_duration_seconds` | histogram, seconds | |
//! | `auth_core_signature_cache_lookups_total` | counter | `result`: `hit`, `miss` |
//! | `auth_core_jwk_set_fetches_total` | counter | `url`, without its query; `result`: `success`, `failure` |
//! | `auth_core_jwk_set_fetched_timestamp_seconds` | gauge, seconds since 1970 | `url`: the age of its keys is the time since then |

pub mod adapters;
pub mod bearer;
mod better_auth_url;
mod claims;
mod clock;
pub mod dpop;
mod error;
#[cfg(feature = "explain")]
pub mod explain;
mod json;
mod jws;
mod keys;
mod metrics;
#[cfg(feature = "remote")]
mod remote;
mod revocations;
#[cfg(feature = "sign")]
mod sign;
#[cfg(feature = "test-util")]
pub mod test_util;
mod user;
mod verifier;

pub use claims::Validation;
pub use clock::{Clock, ClockControl};
pub use error::{ConfigError, VerifyError};
pub use jws::{Algorithm, MAX_TOKEN_BYTES};
#[cfg(feature = "remote")]
pub use keys::{IssuerMetadata, RemoteJwkSet, RemoteJwkSetOptions};
pub use keys::{JwkSet, SharedSecret, SharedSecrets, VerificationKeys};
#[cfg(feature = "remote")]
pub use remote::{DocumentFetcher, FetchError, FetchFuture, FetchRequest, FetchResponse};
#[cfg(feature = "remote")]
pub use revocations::{RemoteRevocationList, RemoteRevocationListOptions};
pub use revocations::{RevocationError, RevocationList, RevocationListFull, Revocations};
#[cfg(feature = "sign")]
pub use sign::{SignError, TokenSigner, TokenSubject};
pub use user::AuthenticatedUser;
pub use verifier::Verifier;

/// Runs the code of the README.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
