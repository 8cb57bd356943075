//! "Who is calling?" for services whose users sign in with [Better Auth](https://www.better-auth.com).
//!
//! Give [`Verifier`] the secret that Better Auth signs with and hand it each request's token. Back comes an
//! [`AuthenticatedUser`], which nothing else can make, or a [`VerifyError`] that is safe to log.
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
//! # What is where
//!
//! | to | use |
//! |---|---|
//! | say what may sign | [`Keys`], from [`SharedSecret`] or, while a secret is being changed, [`SharedSecrets`] |
//! | say what else must hold | [`Policy`]: issuer, audience, leeway |
//! | judge a token | [`Verifier::verify`] |
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
//! 2. a header that is one JSON object without `crit`, `b64` or `zip`, whose `typ` is absent, `JWT` or `at+jwt`;
//! 3. an `alg` that is the algorithm of a configured key: the key chooses, never the header (RFC 8725 §3.1);
//! 4. a signature by that key;
//! 5. claims that are one JSON object: a usable `sub`, a required `exp`, `nbf` and `iat` not ahead of the clock, `iss`
//!    and `aud` as the [`Policy`] wants them.
//!
//! JSON is read strictly (RFC 8725 §3.7): UTF-8 without a byte order mark, no member name twice at any level, nesting
//! of 32 at most. Nothing is looked up anywhere, and no header member can bring or name a key of its own.
//!
//! # Features
//!
//! None by default. `mint` adds `Minter`; `testkit` adds the module of that name, and `mint` with it.

pub mod bearer;
mod claims;
mod clock;
mod compact;
mod config_error;
mod header;
mod hs256;
mod json;
mod judge;
mod keys;
#[cfg(feature = "mint")]
mod mint;
mod placeholder;
mod policy;
mod secret;
mod secrets;
#[cfg(feature = "testkit")]
pub mod testkit;
mod user;
mod verifier;
mod verify_error;

pub use clock::{Clock, ManualClock};
pub use compact::MAX_TOKEN_BYTES;
pub use config_error::ConfigError;
pub use keys::Keys;
#[cfg(feature = "mint")]
pub use mint::{MintError, Minter, Subject};
pub use policy::Policy;
pub use secret::SharedSecret;
pub use secrets::SharedSecrets;
pub use user::AuthenticatedUser;
pub use verifier::Verifier;
pub use verify_error::VerifyError;
