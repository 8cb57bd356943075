//! Helpers for the tests of services with access tokens (feature `test-util`): a verifier, valid and invalid tokens, an issuer
//! with keys of every algorithm, and an HTTP server for its JWK Set.
//!
//! ```
//! use auth_core::test_util::{self, TokenBuilder};
//! use auth_core::{Clock, VerifyError};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), VerifyError> {
//! // A verifier and a valid token.
//! let verifier = test_util::verifier();
//! assert_eq!(verifier.verify(&test_util::access_token("ann")).await?.user_id(), "ann");
//!
//! // The same token with one change.
//! let ann = || TokenBuilder::for_user("ann");
//! for (token, error) in [
//!     (ann().claim("exp", "tomorrow"), VerifyError::InvalidNumericDate),
//!     (ann().without_claim("sub"), VerifyError::InvalidSubject),
//!     (ann().header("alg", "none"), VerifyError::InvalidAlgorithm),
//!     (ann().secret("another secret"), VerifyError::InvalidSignature),
//!     (ann().raw_payload(r#"{"sub":"ann","sub":"bob"}"#), VerifyError::InvalidPayload),
//! ] {
//!     assert_eq!(verifier.verify(&token.sign()).await, Err(error));
//! }
//!
//! // A clock under control.
//! let (clock, control) = Clock::fixed(1_800_000_000);
//! let verifier = verifier.with_clock(clock);
//! let token = TokenBuilder::for_user("ann").issued_at(1_800_000_000).sign();
//! assert!(verifier.verify(&token).await.is_ok());
//! control.advance(3600);
//! assert_eq!(verifier.verify(&token).await, Err(VerifyError::Expired));
//! # Ok(())
//! # }
//! ```

mod jwks_server;
mod signing_key;
mod test_issuer;
mod token_builder;

pub use jwks_server::{JwksServer, ServerFault};
pub use signing_key::SigningKey;
pub use test_issuer::TestIssuer;
pub use token_builder::{Hash, SECRET, TokenBuilder};

use crate::{SharedSecret, Validation, Verifier};

/// [`SECRET`], parsed.
#[must_use]
pub fn secret() -> SharedSecret {
    SharedSecret::new_unchecked(SECRET)
}

/// A verifier for tokens signed with [`SECRET`]. It requires no issuer and no audience.
///
/// # Panics
///
/// Never: a shared secret requires no issuer and no audience.
#[expect(clippy::expect_used, reason = "a shared secret requires no issuer and no audience")]
#[must_use]
pub fn verifier() -> Verifier {
    Verifier::new(secret(), Validation::new()).expect("a shared secret requires no issuer and no audience")
}

/// A token of this user that [`verifier`] accepts for the next 15 minutes.
#[must_use]
pub fn access_token(user_id: &str) -> String {
    TokenBuilder::for_user(user_id).sign()
}
