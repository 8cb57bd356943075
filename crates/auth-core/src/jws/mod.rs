//! JSON Web Signature (RFC 7515): the compact serialization, its header, and the keys that verify it.

mod algorithm;
mod compact;
mod header;
mod hmac_key;
mod public_key;

pub use algorithm::Algorithm;
pub(crate) use compact::CompactJws;
pub use compact::MAX_TOKEN_BYTES;
pub(crate) use header::{JoseHeader, sanitize_kid, unverified_key_id};
pub(crate) use hmac_key::HmacKey;
pub(crate) use public_key::PublicKey;
