//! What a text that was meant as an access token looks like, for people who wonder why it was refused.
//!
//! Nothing here is believed and nothing here is checked: an [`UnverifiedToken`] is what the token says of itself. Decide with a
//! [`Verifier`](crate::Verifier), and use this to tell somebody what they are holding.
//!
//! ```
//! use auth_core::explain::{TokenKind, UnverifiedToken};
//!
//! let opaque = "iN4T4ZhcI0MJo7EIykO5HeEhzbgSX8Us.OC83S6mmTOLhvVJ741rgddQiddR9IN567%2BICrfxSINI%3D";
//! assert_eq!(UnverifiedToken::read(opaque).kind, TokenKind::SessionToken);
//! ```

mod token_kind;
mod unverified;

pub use token_kind::TokenKind;
pub use unverified::UnverifiedToken;
