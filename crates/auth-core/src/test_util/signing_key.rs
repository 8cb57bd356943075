//! Key pairs of an issuer.

use std::fmt;
use std::sync::Arc;

use aws_lc_rs::digest::{SHA256, digest};
use aws_lc_rs::encoding::AsBigEndian;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, ECDSA_P521_SHA512_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair as _,
    RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaSignatureEncoding,
};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};

use crate::Algorithm;

/// A key pair with a `kid`, for [`TokenBuilder::key`](super::TokenBuilder::key).
///
/// ```
/// use auth_core::test_util::{SigningKey, TokenBuilder};
/// use auth_core::{Algorithm, JwkSet, Validation, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate(Algorithm::Es512, "my-key");
/// let set = JwkSet::parse(&serde_json::json!({ "keys": [key.jwk()] }).to_string())?;
/// let verifier = Verifier::new(set, Validation::new().issuer("me").audience("you"))?;
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
    Ed25519(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
    Rsa(rsa::KeyPair),
}

const NO_RANDOM_NUMBERS: &str = "AWS-LC provides random numbers";

impl SigningKey {
    /// Generates a key for this algorithm. An RSA key has 2048 bits and takes a moment: generate one and clone it.
    ///
    /// # Panics
    ///
    /// If AWS-LC cannot provide random numbers.
    #[expect(clippy::expect_used, reason = "a test cannot continue without a key")]
    #[must_use]
    pub fn generate(algorithm: Algorithm, kid: &str) -> Self {
        let pair = match algorithm {
            Algorithm::EdDsa | Algorithm::Ed25519 => Ed25519KeyPair::generate().map(Pair::Ed25519),
            Algorithm::Es256 => EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map(Pair::Ec),
            Algorithm::Es512 => EcdsaKeyPair::generate(&ECDSA_P521_SHA512_FIXED_SIGNING).map(Pair::Ec),
            Algorithm::Rs256 | Algorithm::Ps256 => rsa::KeyPair::generate(rsa::KeySize::Rsa2048).map(Pair::Rsa),
        };
        Self { kid: kid.to_owned(), algorithm, pair: Arc::new(pair.expect(NO_RANDOM_NUMBERS)) }
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

    /// The same key with another `kid` and another algorithm of its type, for attacks and misconfigured issuers. Only RSA keys
    /// sign differently with another algorithm (RS256 and PS256).
    #[must_use]
    pub fn with_alg_and_kid(&self, algorithm: Algorithm, kid: &str) -> Self {
        Self { kid: kid.to_owned(), algorithm, pair: Arc::clone(&self.pair) }
    }

    /// The public key as Better Auth publishes it (RFC 7517 §4): `alg`, `kid` and the members of its type, no `use`.
    #[must_use]
    pub fn jwk(&self) -> Value {
        let mut jwk = match &*self.pair {
            Pair::Ed25519(pair) => {
                json!({ "kty": "OKP", "crv": "Ed25519", "x": base64url(pair.public_key().as_ref()) })
            }
            Pair::Ec(pair) => {
                // An uncompressed point (SEC 1 §2.3.3): a prefix of one byte, x, y.
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

    /// The SHA-256 thumbprint of the public key in base64url (RFC 7638), for `cnf.jkt` (RFC 9449 §6.1).
    #[must_use]
    pub fn thumbprint(&self) -> String {
        let mut jwk = self.jwk();
        if let Value::Object(members) = &mut jwk {
            // The others are those that RFC 7638 §3.2 requires, and `serde_json` sorts them.
            members.retain(|name, _| name != "alg" && name != "kid");
        }
        base64url(digest(&SHA256, jwk.to_string().as_bytes()).as_ref())
    }

    /// The bytes of the public key, for attacks that use them as a secret: the point, or the DER of RFC 8017 §A.1.1.
    #[must_use]
    pub fn public_bytes(&self) -> &[u8] {
        match &*self.pair {
            Pair::Ed25519(pair) => pair.public_key().as_ref(),
            Pair::Ec(pair) => pair.public_key().as_ref(),
            Pair::Rsa(pair) => pair.public_key().as_ref(),
        }
    }

    /// The private member `d` of a JWK (RFC 7518 §6.2.2.1), for EC keys only.
    #[must_use]
    pub fn private_member(&self) -> Option<String> {
        let Pair::Ec(pair) = &*self.pair else { return None };
        let key = pair.private_key();
        let bytes: aws_lc_rs::encoding::EcPrivateKeyBin<'_> = key.as_be_bytes().ok()?;
        Some(base64url(bytes.as_ref()))
    }

    /// Signs a message. The signature has the form of RFC 7518 §3.
    ///
    /// # Panics
    ///
    /// If AWS-LC cannot provide random numbers.
    #[expect(clippy::expect_used, reason = "a test cannot continue without a signature")]
    #[must_use]
    pub fn signature(&self, message: &[u8]) -> Vec<u8> {
        let random = SystemRandom::new();
        match &*self.pair {
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::Ec(pair) => pair.sign(&random, message).expect(NO_RANDOM_NUMBERS).as_ref().to_vec(),
            Pair::Rsa(pair) => {
                let encoding: &'static RsaSignatureEncoding =
                    if self.algorithm == Algorithm::Ps256 { &RSA_PSS_SHA256 } else { &RSA_PKCS1_SHA256 };
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(encoding, &random, message, &mut signature).expect(NO_RANDOM_NUMBERS);
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

/// Parses an `RSAPublicKey` in DER (RFC 8017 §A.1.1): a sequence of two positive integers.
fn modulus_and_exponent(der: &[u8]) -> [&[u8]; 2] {
    let (sequence, _) = split_element(der);
    let (n, rest) = split_element(sequence);
    let (e, _) = split_element(rest);
    [n, e].map(|integer| integer.strip_prefix(&[0]).unwrap_or(integer))
}

/// The contents of the first DER element, and the bytes after it.
fn split_element(der: &[u8]) -> (&[u8], &[u8]) {
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
    URL_SAFE_NO_PAD.encode(bytes)
}
