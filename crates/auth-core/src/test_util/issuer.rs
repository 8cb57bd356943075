//! A Better Auth application with the `jwt()` plugin, as far as a verifier can see it.

use serde_json::{Value, json};

use super::{SigningKey, TokenBuilder};
use crate::{Algorithm, JwkSet, Validation};

/// An issuer: its keys, newest first, and the tokens that it signs with the newest.
///
/// ```
/// use auth_core::test_util::TestIssuer;
/// use auth_core::{Algorithm, Verifier, VerifyError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut issuer = TestIssuer::new(Algorithm::EdDsa);
/// let verifier = Verifier::try_new(issuer.jwk_set(), issuer.policy())?;
/// assert_eq!(verifier.verify(&issuer.access_token("ann").sign()).await?.user_id(), "ann");
///
/// // Bent, as any `Token` can be.
/// let bent = issuer.access_token("ann").claim("aud", "another-service").sign();
/// assert_eq!(verifier.verify(&bent).await, Err(VerifyError::InvalidAudience));
///
/// // Another key, which this verifier does not know.
/// issuer.rotate(Algorithm::Es256);
/// assert_eq!(verifier.verify(&issuer.access_token("ann").sign()).await, Err(VerifyError::NoMatchingKey));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestIssuer {
    base_url: String,
    keys: Vec<SigningKey>,
    made: usize,
}

impl TestIssuer {
    /// An issuer at `https://issuer.example` with one key.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        let mut issuer = Self { base_url: "https://issuer.example".to_owned(), keys: Vec::new(), made: 0 };
        issuer.rotate(algorithm);
        issuer
    }

    /// What it writes as `iss` and, as Better Auth does unless told otherwise, as `aud`.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Makes a new key and signs with it from now on. The others stay published.
    pub fn rotate(&mut self, algorithm: Algorithm) -> &SigningKey {
        self.made += 1;
        self.add_key(SigningKey::generate(algorithm, &format!("key-{}", self.made)))
    }

    /// Signs with this key from now on. The others stay published.
    pub fn add_key(&mut self, key: SigningKey) -> &SigningKey {
        self.keys.insert(0, key);
        self.key()
    }

    /// Publishes the newest key alone.
    pub fn keep_newest_key(&mut self) {
        self.keys.truncate(1);
    }

    /// The key that signs.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        // Never empty: one is made with the issuer, and the first is never taken away.
        &self.keys[0]
    }

    /// The keys that are published, newest first.
    #[must_use]
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// The JWK Set as it is served.
    #[must_use]
    pub fn document(&self) -> String {
        json!({ "keys": self.keys.iter().map(SigningKey::jwk).collect::<Vec<Value>>() }).to_string()
    }

    /// The JWK Set as a verifier reads it.
    ///
    /// # Panics
    ///
    /// If two of the keys that a test has [adopted](Self::add_key) make each other unusable.
    #[expect(clippy::expect_used, reason = "every key made here is usable, unless a test has bent it")]
    #[must_use]
    pub fn jwk_set(&self) -> JwkSet {
        JwkSet::parse(&self.document()).expect("the keys of a test issuer are usable")
    }

    /// What its tokens comply with.
    #[must_use]
    pub fn policy(&self) -> Validation {
        Validation::better_auth_jwks(&self.base_url)
    }

    /// A token of the newest key that complies with [`policy`](Self::policy), to be bent or signed. As Better Auth does
    /// it: no `typ`.
    #[must_use]
    pub fn access_token(&self, user_id: &str) -> TokenBuilder {
        let base_url = self.base_url.as_str();
        TokenBuilder::for_user(user_id)
            .key(self.key())
            .without_header("typ")
            .claim("iss", base_url)
            .claim("aud", base_url)
    }
}
