//! The fingerprint of keys from a faulty generator (CVE-2017-15361, "ROCA").

/// Small primes modulo which 65537 does not generate all residues.
const PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// Returns whether a big-endian modulus is a power of 65537 modulo each of [`PRIMES`]. The faulty library made its primes that
/// way, and such a modulus can be factored. About one sound modulus in 240 million has the same fingerprint.
pub(super) fn is_roca(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| is_power_of_65537(remainder(modulus, *prime), *prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |remainder, byte| (remainder << 8 | u32::from(*byte)) % prime)
}

fn is_power_of_65537(number: u32, prime: u32) -> bool {
    std::iter::successors(Some(1), |power| Some(power * 65537 % prime))
        .take(prime as usize)
        .any(|power| power == number)
}
