//! Keys of an issuer, fresh each time.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaSignatureEncoding,
};
use base64_simd::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Algorithm;

/// A key pair with a name, to sign [`Token`](super::Token)s with.
///
/// ```
/// use auth_core::test_util::{SigningKey, TokenBuilder};
/// use auth_core::{Algorithm, JwkSet, Validation, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate(Algorithm::Es512, "my-key");
/// let set = JwkSet::parse(&serde_json::json!({ "keys": [key.jwk()] }).to_string())?;
/// let verifier = Verifier::try_new(set, Validation::new().issuer("me").audience("you"))?;
/// let token = TokenBuilder::for_user("ann").key(&key).claim("iss", "me").claim("aud", "you");
/// assert_eq!(verifier.verify(&token.sign()).await?.user_id(), "ann");
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    algorithm: Algorithm,
    pair: Arc<Pair>,
}

enum Pair {
    Edwards(Ed25519KeyPair),
    Curve(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

const CANNOT: &str = "a test that can make no keys has nothing to test";

impl SigningKey {
    /// A new key for this algorithm. RSA keys have 2048 bits and take a moment: make one, and clone it.
    ///
    /// # Panics
    ///
    /// If the cryptographic library has no random numbers.
    #[expect(clippy::expect_used, reason = "a test that can make no keys has nothing to test")]
    #[must_use]
    pub fn generate(algorithm: Algorithm, kid: &str) -> Self {
        let pair = match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => Ed25519KeyPair::generate().map(Pair::Edwards),
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Curve),
            Algorithm::Es512 => EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).map(Pair::Curve),
            Algorithm::Rs256 | Algorithm::Ps256 => rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map(Pair::Rsa),
        };
        Self { kid: kid.to_owned(), algorithm, pair: Arc::new(pair.expect(CANNOT)) }
    }

    /// The `kid` of its tokens and of its [`jwk`](Self::jwk).
    #[must_use]
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The `alg` of its tokens and of its [`jwk`](Self::jwk).
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The same key, signing as another algorithm of its type, or under another name: what a confused or a malicious
    /// issuer would do. An RSA key can do both RS256 and PS256; else only the name changes.
    #[must_use]
    pub fn with_alg_and_kid(&self, algorithm: Algorithm, kid: &str) -> Self {
        Self { kid: kid.to_owned(), algorithm, pair: Arc::clone(&self.pair) }
    }

    /// The public key as Better Auth publishes it (RFC 7517 §4): `alg`, `kid`, and what belongs to its type, no `use`.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let mut jwk = match &*self.pair {
            Pair::Edwards(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key().as_ref()) })
            }
            Pair::Curve(pair) => {
                // An uncompressed point: a byte that says so, x, y.
                let point = &pair.public_key().as_ref()[1..];
                let (x, y) = point.split_at(point.len() / 2);
                let crv = if x.len() == 32 { "P-256" } else { "P-521" };
                json!({ "kty": "EC", "crv": crv, "x": base64url(x), "y": base64url(y) })
            }
            Pair::Rsa(pair) => {
                let [n, e] = modulus_and_exponent(pair.public_key().as_ref());
                json!({ "kty": "RSA", "n": base64url(n), "e": base64url(e) })
            }
        };
        jwk["alg"] = self.algorithm.name().into();
        jwk["kid"] = self.kid.as_str().into();
        jwk
    }

    /// The public key's bytes, for attacks that use them as something else: the point, or the DER of RFC 8017 §A.1.1.
    #[must_use]
    pub fn public_bytes(&self) -> &[u8] {
        match &*self.pair {
            Pair::Edwards(pair) => pair.public_key().as_ref(),
            Pair::Curve(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }

    /// The private part as it would stand in a JWK that should never have been published (RFC 7518 §6.2.2.1), for EC keys.
    #[must_use]
    pub fn private_part(&self) -> Option<String> {
        let Pair::Curve(pair) = &*self.pair else { return None };
        let key = pair.private_key();
        let bytes: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = key.as_be_bytes().ok()?;
        Some(base64url(bytes.as_ref()))
    }

    /// The signature over these bytes, in the form of RFC 7518 §3.
    ///
    /// # Panics
    ///
    /// If the cryptographic library has no random numbers.
    #[expect(clippy::expect_used, reason = "a test that can make no signature has nothing to test")]
    #[must_use]
    pub fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Edwards(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Curve(pair) => pair.sign(&random, message).expect(CANNOT).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let encoding: &'static RsaSignatureEncoding =
                    if self.algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).expect(CANNOT);
                signature
            }
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("kid", &self.kid).field("algorithm", &self.algorithm).finish_non_exhaustive()
    }
}

/// Out of an `RSAPublicKey` in DER (RFC 8017 §A.1.1): a sequence of two positive integers.
fn modulus_and_exponent(der: &[u8]) -> [&[u8]; 2] {
    let (sequence, _) = contents(der);
    let (n, rest) = contents(sequence);
    let (e, _) = contents(rest);
    [n, e].map(|integer| integer.strip_prefix(&[0]).unwrap_or(integer))
}

/// The contents of the first element, and what comes after it.
fn contents(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, start) = match usize::from(der[1]) {
        short @ 0..0x80 => (short, 2),
        long => {
            let bytes = long - 0x80;
            (der[2..2 + bytes].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)), 2 + bytes)
        }
    };
    der[start..].split_at(length)
}

fn base64url(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode_to_string(bytes)
}
