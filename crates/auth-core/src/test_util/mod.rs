//! For the tests of whatever takes access tokens: a verifier, tokens that it accepts, and tokens bent in one place; and for
//! those of whatever trusts public keys an [`TestIssuer`] with keys of every kind, served well or badly by a [`JwksServer`].
//!
//! ```
//! use auth_core::test_util::{self, TokenBuilder};
//! use auth_core::{Clock, VerifyError};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), VerifyError> {
//! // A verifier and a token that fit together.
//! let verifier = test_util::verifier();
//! assert_eq!(verifier.verify(&test_util::access_token("ann")).await?.user_id(), "ann");
//!
//! // The same token, bent.
//! let ann = || TokenBuilder::for_user("ann");
//! for (token, refusal) in [
//!     (ann().claim("exp", "tomorrow"), VerifyError::InvalidNumericDate),
//!     (ann().without_claim("sub"), VerifyError::InvalidSubject),
//!     (ann().header("alg", "none"), VerifyError::InvalidAlgorithm),
//!     (ann().secret("another secret"), VerifyError::InvalidSignature),
//!     (ann().raw_payload(r#"{"sub":"ann","sub":"bob"}"#), VerifyError::InvalidPayload),
//! ] {
//!     assert_eq!(verifier.verify(&token.sign()).await, Err(refusal));
//! }
//!
//! // Time under control.
//! let (clock, control) = Clock::fixed(1_800_000_000);
//! let verifier = verifier.with_clock(clock);
//! let token = TokenBuilder::for_user("ann").issued_at(1_800_000_000).sign();
//! assert!(verifier.verify(&token).await.is_ok());
//! control.advance(3600);
//! assert_eq!(verifier.verify(&token).await, Err(VerifyError::Expired));
//! # Ok(())
//! # }
//! ```

mod issuer;
mod jwks_server;
mod key;
mod token;

pub use issuer::TestIssuer;
pub use jwks_server::{JwksServer, ServerFault};
pub use key::SigningKey;
pub use token::{Hash, TokenBuilder};

use crate::{Keys, SharedSecret, Validation, Verifier};

/// The secret that everything here signs and verifies with. Everybody knows it: never run a service on it.
pub const SECRET: &str = "auth-core-test_util-secret-0123456789abcdef";

/// [`SECRET`], parsed.
#[must_use]
pub fn secret() -> SharedSecret {
    SharedSecret::unchecked(SECRET)
}

/// A verifier that knows [`SECRET`] and wants no issuer and no audience.
#[must_use]
pub fn verifier() -> Verifier {
    Verifier::new(Keys::from(secret()), Validation::new())
}

/// A token that [`verifier`] accepts for the next 15 minutes.
#[must_use]
pub fn access_token(user_id: &str) -> String {
    TokenBuilder::for_user(user_id).sign()
}
