//! For the tests of whatever takes access tokens: a verifier, tokens that it accepts, and tokens bent in one place.
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
//! let refused = |token: Token| { let verifier = &verifier; async move { verifier.verify(&token.sign()).await.unwrap_err() } };
//! let token = || Token::for_user("ann");
//! assert_eq!(refused(token().claim("exp", "tomorrow")).await, VerifyError::NumericDate);
//! assert_eq!(refused(token().without_claim("sub")).await, VerifyError::Subject);
//! assert_eq!(refused(token().header("alg", "none")).await, VerifyError::Algorithm);
//! assert_eq!(refused(token().secret("another secret")).await, VerifyError::Signature);
//! assert_eq!(refused(token().raw_payload(r#"{"sub":"ann","sub":"bob"}"#)).await, VerifyError::Claims);
//!
//! // Time under control.
//! let (clock, hands) = Clock::manual(1_800_000_000);
//! let verifier = verifier.with_clock(clock);
//! let token = Token::for_user("ann").issued_at(1_800_000_000).sign();
//! assert!(verifier.verify(&token).await.is_ok());
//! hands.advance(3600);
//! assert_eq!(verifier.verify(&token).await.unwrap_err(), VerifyError::Expired);
//! # Ok(())
//! # }
//! ```

mod token;

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
