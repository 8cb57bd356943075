//! What the crate promises, seen from outside. One binary, so that it links once.

mod bearer;
mod better_auth;
mod claims;
mod compact;
mod header;
mod json;
mod jwk_set;
mod log;
mod mutations;
mod policy;
mod properties;
mod public_keys;
mod remembered;
mod remote;
mod rotation;
mod secrets;
mod shape;
mod sign;
mod support;
mod time;
