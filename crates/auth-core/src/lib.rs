//! "Who is calling?" for services whose users sign in with [Better Auth](https://www.better-auth.com).
//!
//! Give [`Verifier`] the keys that Better Auth signs with, its shared secret or its JWK Set, and hand it each request's
//! token. Back comes an [`AuthenticatedUser`], which nothing else can make, or a [`VerifyError`] that is safe to log.
//!
//! ```
//! use auth_core::{Keys, Minter, Policy, SharedSecret, Subject, Verifier};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The value of BETTER_AUTH_SECRET. A short one, or one copied from an example, is refused here.
//! let secret: SharedSecret = "7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs".parse()?;
//!
//! // Better Auth signs tokens like this one. (`Minter` comes with the feature `mint`.)
//! let token = Minter::new(&secret).audience("todo-api").mint(&Subject::new("ann"))?;
//!
//! let verifier = Verifier::new(Keys::from(secret), Policy::new().audience("todo-api"));
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
//! use auth_core::{Policy, RemoteJwks, RemoteOptions, Verifier};
//!
//! let base_url = "https://app.example";
//! let keys = RemoteJwks::better_auth(base_url, RemoteOptions::new())?;
//! let verifier = Verifier::try_new(keys, Policy::better_auth_jwks(base_url))?;
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
//! | trust public keys | [`JwkSet`] from a file, `RemoteJwks` from a URL (feature `remote`), [`TrustedKeys`] for all together |
//! | say what else must hold | [`Policy`]: issuer, audience, leeway, token types, age, scopes, claims |
//! | judge a token | [`Verifier::verify`] |
//! | take the user as a parameter in actix-web, axum, tonic | [`adapters`] |
//! | find the token in a request, and word the refusal | [`bearer`] |
//! | stop the time in a test | [`Clock::manual`] |
//! | sign tokens yourself | `Minter` (feature `mint`) |
//! | test a service that needs tokens, good and bent | `testkit` (feature `testkit`) |
//!
//! # What a token must be
//!
//! The first rule that fails decides the [`VerifyError`]:
//!
//! 1. at most [`MAX_TOKEN_BYTES`], a compact JWS of three strict base64url segments (RFC 7515 §7.1);
//! 2. a header that is one JSON object without `crit`, `b64` or `zip`, whose `typ` is absent, `JWT` or `at+jwt` unless the
//!    [`Policy`] says otherwise;
//! 3. a key: for HS256 the shared secrets, for all else the key of the sets that `kid` names (or their only one, without
//!    a `kid`), whose one [`Algorithm`] is the header's `alg`: the key chooses, never the header (RFC 8725 §3.1);
//! 4. a signature by that key;
//! 5. claims that are one JSON object: a usable `sub`, a required `exp`, `nbf` and `iat` not ahead of the clock, `iss`
//!    and `aud` as the [`Policy`] wants them, which with a JWK Set it must.
//!
//! JSON is read strictly (RFC 8725 §3.7): UTF-8 without a byte order mark, no member name twice at any level, nesting
//! of 32 at most. No header member can bring a key of its own or say where one is; the only URL that is ever fetched is
//! the configured one of a remote set.
//!
//! # Features
//!
//! None by default. `remote` adds `RemoteJwks`, and with it reqwest and tokio. `actix`, `axum` and `tower` add the [`adapters`] of these names. `mint` adds `Minter`; `testkit` adds
//! the module of that name, and `mint` with it; `explain` adds the module of that name.

pub mod adapters;
mod algorithm;
pub mod bearer;
mod claims;
mod clock;
mod compact;
mod config_error;
#[cfg(feature = "explain")]
pub mod explain;
mod header;
mod hs256;
mod json;
mod judge;
mod jwks;
mod keys;
#[cfg(feature = "mint")]
mod mint;
mod placeholder;
mod policy;
mod public_key;
#[cfg(feature = "remote")]
mod remote;
mod requirement;
mod secret;
mod secrets;
#[cfg(feature = "testkit")]
pub mod testkit;
mod token_type;
mod trusted_keys;
mod user;
mod verifier;
mod verify_error;

pub use algorithm::Algorithm;
pub use clock::{Clock, ManualClock};
pub use compact::MAX_TOKEN_BYTES;
pub use config_error::ConfigError;
pub use jwks::JwkSet;
pub use keys::Keys;
#[cfg(feature = "mint")]
pub use mint::{MintError, Minter, Subject};
pub use policy::Policy;
#[cfg(feature = "remote")]
pub use remote::{Fetch, FetchError, Fetching, RemoteJwks, RemoteOptions};
pub use secret::SharedSecret;
pub use secrets::SharedSecrets;
pub use trusted_keys::TrustedKeys;
pub use user::AuthenticatedUser;
pub use verifier::Verifier;
pub use verify_error::VerifyError;
