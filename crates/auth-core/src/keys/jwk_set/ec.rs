//! Elliptic-curve keys, `kty` "EC" (RFC 7518 §6.2.1).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use super::error::JwkError;
use super::params::{BoundKey, Jwk};
use crate::jws::Algorithm;

/// The curve determines the algorithm (RFC 7518 §3.4). An `alg` must agree with it.
pub(super) fn parse(jwk: &Jwk<'_>, alg: Option<Algorithm>) -> Result<BoundKey, JwkError> {
    let (algorithm, parameters, coordinate_bytes): (_, &'static EcdsaVerificationAlgorithm, _) =
        match jwk.optional_str("crv")? {
            Some("P-256") => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
            Some("P-521") => (Algorithm::Es512, &ECDSA_P521_SHA512_FIXED, 66),
            _ => return Err(JwkError::UnsupportedKeyType),
        };
    if alg.is_some_and(|alg| alg != algorithm) {
        return Err(JwkError::InvalidAlgorithm);
    }
    let coordinate = |name| {
        let bytes = jwk.required_bytes(name)?;
        // At full width (RFC 7518 §6.2.1.2).
        if bytes.len() == coordinate_bytes { Ok(bytes) } else { Err(JwkError::InvalidParameter(name)) }
    };
    // An uncompressed point (SEC 1 §2.3.3). Parsing checks that it is on the curve.
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    let key = ParsedPublicKey::new(parameters, point).map_err(|_| JwkError::PointNotOnCurve)?;
    Ok(BoundKey { algorithm, key, signature_bytes: 2 * coordinate_bytes })
}
