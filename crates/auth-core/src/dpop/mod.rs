//! Demonstrating Proof of Possession, DPoP (RFC 9449): access tokens that are valid only together with a proof of a key.
//!
//! The token names the key, `cnf.jkt` (RFC 9449 §6.1). The client sends the token under the scheme `DPoP`, and in the field `DPoP` a
//! JWT that the key has signed for this request. A stolen token is worthless without the key.
//!
//! Off unless [`Authenticator::with_dpop`](crate::adapters::Authenticator::with_dpop) switches it on: without it, and for every
//! token under the scheme `Bearer`, a token with `cnf` is rejected
//! ([`VerifyError::SenderConstrained`](crate::VerifyError::SenderConstrained), RFC 9449 §7.2).
//!
//! ```
//! use auth_core::adapters::Authenticator;
//! use auth_core::dpop::{DpopVerifier, RequestHead};
//! use auth_core::test_util::{self, SigningKey, TokenBuilder};
//! use auth_core::Algorithm;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Box<dyn std::error::Error>> {
//! // The URL that clients use, also if a proxy is in between.
//! let dpop = DpopVerifier::new("https://api.example")?;
//! let authenticator = Authenticator::new(test_util::verifier(), "todo").with_dpop(dpop);
//!
//! // What an issuer and a client do.
//! let key = SigningKey::generate(Algorithm::Es256, "client");
//! let token = TokenBuilder::for_user("ann").bound_to(&key).sign();
//! let proof = TokenBuilder::dpop_proof(&key, "GET", "https://api.example/me", &token).sign();
//!
//! let field = format!("DPoP {token}");
//! let request = RequestHead::new("GET", "/me").authorization([field.as_bytes()]).dpop([proof.as_bytes()]);
//! let user = authenticator.authenticate_request::<()>(&request).await?;
//! assert_eq!((user.user_id(), user.key_thumbprint()), ("ann", Some(&*key.thumbprint())));
//!
//! // A proof is valid once.
//! let rejection = authenticator.authenticate_request::<()>(&request).await.unwrap_err();
//! assert_eq!(rejection.error().reason(), "dpop_proof_replayed");
//! # Ok(())
//! # }
//! ```
//!
//! The extractors and layers of the [`adapters`](crate::adapters) read the request themselves. [`DpopVerifier`] lists the rules.

mod confirmation;
mod error;
mod key;
mod nonce;
mod proof;
mod replay;
mod request;
mod uri;
mod verifier;

pub use error::DpopError;
pub use nonce::DpopNonces;
pub use replay::{MemoryReplayStore, ReplayEntry, ReplayError, ReplayFuture, ReplayStore};
pub use request::RequestHead;
pub use verifier::DpopVerifier;
