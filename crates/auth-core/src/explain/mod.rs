//! Diagnosis of rejected tokens, for people (feature `explain`).
//!
//! Nothing here is verified: the contents of an [`UnverifiedToken`] may be forged. Authenticate with a
//! [`Verifier`](crate::Verifier), and use this module for messages only.
//!
//! ```
//! use auth_core::explain::{TokenKind, UnverifiedToken};
//!
//! let opaque = "iN4T4ZhcI0MJo7EIykO5HeEhzbgSX8Us.OC83S6mmTOLhvVJ741rgddQiddR9IN567%2BICrfxSINI%3D";
//! assert_eq!(UnverifiedToken::parse(opaque).kind, TokenKind::SessionToken);
//! ```

mod token_kind;
mod unverified;

pub use token_kind::TokenKind;
pub use unverified::UnverifiedToken;
