//! The fingerprint of a faulty generator (CVE-2017-15361, "ROCA").

/// Where 65537 generates less than all residues, so that a modulus made of its powers shows.
const PRIMES: [u32; 17] = [11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157];

/// Whether a big-endian modulus comes from the library that made its primes as powers of 65537 modulo many small primes:
/// such a key can be factored from its public half. One honest modulus in 240 million looks alike.
pub(super) fn is_roca(modulus: &[u8]) -> bool {
    PRIMES.iter().all(|prime| is_power_of_65537(remainder(modulus, *prime), *prime))
}

fn remainder(number: &[u8], prime: u32) -> u32 {
    number.iter().fold(0, |rest, byte| (rest << 8 | u32::from(*byte)) % prime)
}

fn is_power_of_65537(number: u32, prime: u32) -> bool {
    std::iter::successors(Some(1), |power| Some(power * 65537 % prime))
        .take(prime as usize)
        .any(|power| power == number)
}
