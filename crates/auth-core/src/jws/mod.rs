//! JSON Web Signature (RFC 7515): the compact serialization, its header, and the keys that verify it.

mod algorithm;
mod compact;
mod header;
mod hmac_key;
mod public_key;

pub use algorithm::Algorithm;
pub(crate) use compact::Compact;
pub use compact::MAX_TOKEN_BYTES;
pub(crate) use header::{BETTER_AUTHS, Header};
pub(crate) use hmac_key::Hs256Key;
pub(crate) use public_key::PublicKey;
