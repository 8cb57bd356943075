//! "Who is calling?" for services whose users sign in with [Better Auth](https://www.better-auth.com).
//!
//! Give [`Verifier`] the keys that Better Auth signs with, its shared secret or its JWK Set, and hand it each request's
//! token. Back comes an [`AuthenticatedUser`], which nothing else can make, or a [`VerifyError`] that is safe to log.
//!
//! ```
//! use auth_core::{Keys, TokenSigner, Validation, SharedSecret, TokenSubject, Verifier};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The value of BETTER_AUTH_SECRET. A short one, or one copied from an example, is refused here.
//! let secret: SharedSecret = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs".parse()?;
//!
//! // Better Auth signs tokens like this one. (`TokenSigner` comes with the feature `sign`.)
//! let token = TokenSigner::new(&secret).audience("todo-api").sign(&TokenSubject::new("ann"))?;
//!
//! let verifier = Verifier::new(Keys::from(secret), Validation::new().audience("todo-api"));
//! let user = verifier.verify(&token).await?;
//! assert_eq!(user.user_id(), "ann");
//! # Ok(())
//! # }
//! ```
//!
//! With Better Auth's `jwt()` plugin there is no secret to share: its public keys are fetched, and kept fresh (feature
//! `remote`):
//!
//! ```no_run
//! # #[cfg(feature = "remote")]
//! # fn main() -> Result<(), auth_core::ConfigError> {
//! use auth_core::{Validation, RemoteJwkSet, RemoteJwkSetOptions, Verifier};
//!
//! let base_url = "https://app.example";
//! let keys = RemoteJwkSet::better_auth(base_url, RemoteJwkSetOptions::new())?;
//! let verifier = Verifier::try_new(keys, Validation::better_auth_jwks(base_url))?;
//! # Ok(())
//! # }
//! # #[cfg(not(feature = "remote"))]
//! # fn main() {}
//! ```
//!
//! # What is where
//!
//! | to | use |
//! |---|---|
//! | share a secret | [`Keys`], from [`SharedSecret`] or, while a secret is being changed, [`SharedSecrets`] |
//! | trust public keys | [`JwkSet`] from a file, `RemoteJwkSet` from a URL (feature `remote`), [`VerificationKeys`] for all together |
//! | say what else must hold | [`Validation`]: issuer, audience, leeway, token types, age, scopes, claims |
//! | judge a token | [`Verifier::verify`] |
//! | take the user as a parameter in actix-web, axum, tonic | [`adapters`] |
//! | find the token in a request, and word the refusal | [`bearer`] |
//! | stop the time in a test | [`Clock::fixed`] |
//! | sign tokens yourself | `TokenSigner` (feature `sign`) |
//! | test a service that needs tokens, good and bent | `test_util` (feature `test_util`) |
//!
//! # What a token must be
//!
//! The first rule that fails decides the [`VerifyError`]:
//!
//! 1. at most [`MAX_TOKEN_BYTES`], a compact JWS of three strict base64url segments (RFC 7515 §7.1);
//! 2. a header that is one JSON object without `crit`, `b64` or `zip`, whose `typ` is absent, `JWT` or `at+jwt` unless the
//!    [`Validation`] says otherwise;
//! 3. a key: for HS256 the shared secrets, for all else the key of the sets that `kid` names (or their only one, without
//!    a `kid`), whose one [`Algorithm`] is the header's `alg`: the key chooses, never the header (RFC 8725 §3.1);
//! 4. a signature by that key;
//! 5. claims that are one JSON object: a usable `sub`, a required `exp`, `nbf` and `iat` not ahead of the clock, `iss`
//!    and `aud` as the [`Validation`] wants them, which with a JWK Set it must.
//!
//! JSON is read strictly (RFC 8725 §3.7): UTF-8 without a byte order mark, no member name twice at any level, nesting
//! of 32 at most. No header member can bring a key of its own or say where one is; the only URL that is ever fetched is
//! the configured one of a remote set.
//!
//! # Features
//!
//! None by default. `remote` adds `RemoteJwkSet`, and with it reqwest and tokio. `actix`, `axum` and `tower` add the [`adapters`] of these names. `sign` adds `TokenSigner`; `test-util` adds
//! the module of that name, and `sign` with it; `explain` adds the module of that name.

pub mod adapters;
pub mod bearer;
mod claims;
mod clock;
mod error;
#[cfg(feature = "explain")]
pub mod explain;
mod json;
mod jws;
mod keys;
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
pub use keys::{FetchError, Fetching, JwkSetFetcher, RemoteJwkSet, RemoteJwkSetOptions};
pub use keys::{JwkSet, Keys, SharedSecret, SharedSecrets, VerificationKeys};
#[cfg(feature = "sign")]
pub use sign::{SignError, TokenSigner, TokenSubject};
pub use user::AuthenticatedUser;
pub use verifier::Verifier;
