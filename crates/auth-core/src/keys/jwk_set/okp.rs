//! Octet key pairs, `kty` "OKP": Ed25519 (RFC 8037 §2).

use aws_lc_rs::signature::{ED25519, ParsedPublicKey};

use super::error::JwkError;
use super::params::{BoundKey, Jwk};
use crate::jws::Algorithm;

/// The y coordinates of the points of order 8.
const ORDER_8: [[u8; 32]; 2] = [
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

pub(super) fn parse(jwk: &Jwk<'_>, alg: Option<Algorithm>) -> Result<BoundKey, JwkError> {
    if jwk.optional_str("crv")? != Some("Ed25519") {
        return Err(JwkError::UnsupportedKeyType);
    }
    let algorithm = match alg {
        None => Algorithm::EdDsa,
        Some(name @ (Algorithm::EdDsa | Algorithm::Ed25519)) => name,
        Some(_) => return Err(JwkError::InvalidAlgorithm),
    };
    let point: [u8; 32] = jwk.required_bytes("x")?.try_into().map_err(|_| JwkError::InvalidParameter("x"))?;
    if !is_canonical(point) || is_small_order(point) {
        return Err(JwkError::SmallOrderPoint);
    }
    let key = ParsedPublicKey::new(&ED25519, point).map_err(|_| JwkError::InvalidParameter("x"))?;
    Ok(BoundKey { algorithm, key, signature_bytes: 64 })
}

/// Returns whether the y coordinate, little-endian, is below the prime 2²⁵⁵ − 19 (RFC 8032 §5.1.3).
fn is_canonical(point: [u8; 32]) -> bool {
    let y = without_sign(point);
    y[0] < 0xed || y[1..31].iter().any(|byte| *byte != 0xff) || y[31] != 0x7f
}

/// Returns whether the order of the point is 1, 2, 4 or 8. Under such a key one signature is valid for every message, or for
/// a large part of them, and AWS-LC does not check it. (AWS-LC does reject each signature under a y that belongs to no point.)
fn is_small_order(point: [u8; 32]) -> bool {
    let y = without_sign(point);
    let equals =
        |first: u8, middle: u8, last: u8| y[0] == first && y[1..31].iter().all(|byte| *byte == middle) && y[31] == last;
    equals(0, 0, 0) || equals(1, 0, 0) || equals(0xec, 0xff, 0x7f) || ORDER_8.contains(&y)
}

/// Clears the highest bit, the sign of the x coordinate.
fn without_sign(mut point: [u8; 32]) -> [u8; 32] {
    point[31] &= 0x7f;
    point
}
