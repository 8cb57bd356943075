//! RSA keys, `kty` "RSA" (RFC 7518 §6.3.1).

use aws_lc_rs::signature::{
    RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};

use super::error::JwkError;
use super::params::{BoundKey, Jwk};
use super::roca::is_roca;
use crate::jws::Algorithm;

/// A key without an `alg` is bound to RS256, the most common algorithm: each key verifies one algorithm only.
pub(super) fn parse(jwk: &Jwk<'_>, alg: Option<Algorithm>) -> Result<BoundKey, JwkError> {
    let (algorithm, parameters): (_, &'static RsaParameters) = match alg {
        None | Some(Algorithm::Rs256) => (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        Some(Algorithm::Ps256) => (Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        Some(_) => return Err(JwkError::InvalidAlgorithm),
    };
    let (n, e) = (jwk.required_bytes("n")?, jwk.required_bytes("e")?);
    check_modulus(&n)?;
    check_exponent(&e)?;
    let signature_bytes = n.len();
    let key = RsaPublicKeyComponents { n, e }
        .to_parsed_public_key(parameters)
        .map_err(|_| JwkError::InvalidParameter("n"))?;
    Ok(BoundKey { algorithm, key, signature_bytes })
}

fn check_modulus(n: &[u8]) -> Result<(), JwkError> {
    // No leading zero (RFC 7518 §6.3.1.1), and odd: a product of odd primes.
    let bits = match n {
        [first, .., last] if *first != 0 && last % 2 == 1 => n.len() * 8 - first.leading_zeros() as usize,
        _ => return Err(JwkError::InvalidParameter("n")),
    };
    if !(2048..=8192).contains(&bits) {
        return Err(JwkError::ModulusLength);
    }
    if is_roca(n) { Err(JwkError::Roca) } else { Ok(()) }
}

/// An exponent of 1 accepts any signature, and a very large one makes each verification a denial of service.
fn check_exponent(e: &[u8]) -> Result<(), JwkError> {
    let value = e.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let is_short = (1..=4).contains(&e.len()) && e[0] != 0;
    if is_short && value >= 3 && value % 2 == 1 { Ok(()) } else { Err(JwkError::Exponent) }
}
