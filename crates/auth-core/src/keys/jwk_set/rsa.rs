//! RSA keys (RFC 7518 §6.3.1).

use aws_lc_rs::signature::{
    ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PSS_2048_8192_SHA256, RsaParameters, RsaPublicKeyComponents,
};

use super::error::Unusable;
use super::jwk::Jwk;
use super::roca::is_roca;
use crate::Algorithm;

/// A key without an `alg` is bound to RS256: by far the most common, and one algorithm is all that a key gets.
pub(super) fn read(
    jwk: &Jwk<'_>,
    algorithm: Option<Algorithm>,
) -> Result<(Algorithm, ParsedPublicKey, usize), Unusable> {
    let (bound, parameters): (_, &'static RsaParameters) = match algorithm {
        None | Some(Algorithm::Rs256) => (Algorithm::Rs256, &RSA_PKCS1_2048_8192_SHA256),
        Some(Algorithm::Ps256) => (Algorithm::Ps256, &RSA_PSS_2048_8192_SHA256),
        Some(_) => return Err(Unusable::Algorithm),
    };
    let (n, e) = (jwk.bytes("n")?, jwk.bytes("e")?);
    judge_modulus(&n)?;
    judge_exponent(&e)?;
    let signature_bytes = n.len();
    let key = RsaPublicKeyComponents { n, e }.to_parsed_public_key(parameters).map_err(|_| Unusable::Member("n"))?;
    Ok((bound, key, signature_bytes))
}

fn judge_modulus(n: &[u8]) -> Result<(), Unusable> {
    // No zero in front (RFC 7518 §6.3.1.1), and a product of odd primes is odd.
    let bits = match n {
        [first, .., last] if *first != 0 && last % 2 == 1 => n.len() * 8 - first.leading_zeros() as usize,
        _ => return Err(Unusable::Member("n")),
    };
    if !(2048..=8192).contains(&bits) {
        return Err(Unusable::ModulusLength);
    }
    if is_roca(n) { Err(Unusable::Roca) } else { Ok(()) }
}

/// With 1 everybody signs, and a huge one makes each verification a denial of service.
fn judge_exponent(e: &[u8]) -> Result<(), Unusable> {
    let value = e.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let is_short = (1..=4).contains(&e.len()) && e[0] != 0;
    if is_short && value >= 3 && value % 2 == 1 { Ok(()) } else { Err(Unusable::Exponent) }
}
