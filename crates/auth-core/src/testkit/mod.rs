//! For the tests of whatever takes access tokens: a verifier, tokens that it accepts, and tokens bent in one place; and for
//! those of whatever trusts public keys an [`Issuer`] with keys of every kind, served well or badly by a [`JwksServer`].
//!
//! ```
//! use auth_core::testkit::{self, Token};
//! use auth_core::{Clock, VerifyError};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), VerifyError> {
//! // A verifier and a token that fit together.
//! let verifier = testkit::verifier();
//! assert_eq!(verifier.verify(&testkit::token_for("ann")).await?.user_id(), "ann");
//!
//! // The same token, bent.
//! let ann = || Token::for_user("ann");
//! for (token, refusal) in [
//!     (ann().claim("exp", "tomorrow"), VerifyError::NumericDate),
//!     (ann().without_claim("sub"), VerifyError::Subject),
//!     (ann().header("alg", "none"), VerifyError::Algorithm),
//!     (ann().secret("another secret"), VerifyError::Signature),
//!     (ann().raw_payload(r#"{"sub":"ann","sub":"bob"}"#), VerifyError::Claims),
//! ] {
//!     assert_eq!(verifier.verify(&token.sign()).await, Err(refusal));
//! }
//!
//! // Time under control.
//! let (clock, hands) = Clock::manual(1_800_000_000);
//! let verifier = verifier.with_clock(clock);
//! let token = Token::for_user("ann").issued_at(1_800_000_000).sign();
//! assert!(verifier.verify(&token).await.is_ok());
//! hands.advance(3600);
//! assert_eq!(verifier.verify(&token).await, Err(VerifyError::Expired));
//! # Ok(())
//! # }
//! ```

mod issuer;
mod jwks_server;
mod key;
mod token;

pub use issuer::Issuer;
pub use jwks_server::{Fault, JwksServer};
pub use key::SigningKey;
pub use token::{Hash, Token};

use crate::{Keys, Policy, SharedSecret, Verifier};

/// The secret that everything here signs and verifies with. Everybody knows it: never run a service on it.
pub const SECRET: &str = "auth-core-testkit-secret-0123456789abcdef";

/// [`SECRET`], parsed.
#[must_use]
pub fn secret() -> SharedSecret {
    SharedSecret::unchecked(SECRET)
}

/// A verifier that knows [`SECRET`] and wants no issuer and no audience.
#[must_use]
pub fn verifier() -> Verifier {
    Verifier::new(Keys::from(secret()), Policy::new())
}

/// A token that [`verifier`] accepts for the next 15 minutes.
#[must_use]
pub fn token_for(user_id: &str) -> String {
    Token::for_user(user_id).sign()
}
