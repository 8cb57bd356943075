//! Keys on the curves of NIST (RFC 7518 §6.2.1).

use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED, ECDSA_P521_SHA512_FIXED, EcdsaVerificationAlgorithm, ParsedPublicKey,
};

use super::error::Unusable;
use super::jwk::Jwk;
use crate::Algorithm;

/// The curve decides the algorithm (RFC 7518 §3.4); an `alg` can only agree.
pub(super) fn read(
    jwk: &Jwk<'_>,
    algorithm: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey, usize), Unusable> {
    let (bound, parameters, coordinate_bytes): (_, &'static EcdsaVerificationAlgorithm, _) = match jwk.text("crv")? {
        Some("P-256") => (Algorithm::Es256, &ECDSA_P256_SHA256_FIXED, 32),
        Some("P-521") => (Algorithm::Es512, &ECDSA_P521_SHA512_FIXED, 66),
        _ => return Err(Unusable::Type),
    };
    if algorithm.is_some_and(|algorithm| algorithm != bound) {
        return Err(Unusable::Algorithm);
    }
    let coordinate = |name| {
        let bytes = jwk.bytes(name)?;
        // Never shortened, never extended (RFC 7518 §6.2.1.2).
        if bytes.len() == coordinate_bytes { Ok(bytes) } else { Err(Unusable::Member(name)) }
    };
    // An uncompressed point (SEC 1 §2.3.3): parsing it checks that it is on the curve.
    let point = [vec![4], coordinate("x")?, coordinate("y")?].concat();
    let key = ParsedPublicKey::new(parameters, point).map_err(|_| Unusable::OffCurve)?;
    Ok((bound, key, 2 * coordinate_bytes))
}
