//! An issuer like Better Auth with the `jwt()` plugin.

use serde_json::{Value, json};

use super::{SigningKey, TokenBuilder};
use crate::{Algorithm, JwkSet, Validation};

/// An issuer with one or more keys. It signs with the newest and publishes all.
///
/// ```
/// use auth_core::test_util::TestIssuer;
/// use auth_core::{Algorithm, Verifier, VerifyError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let mut issuer = TestIssuer::new(Algorithm::EdDsa);
/// let verifier = Verifier::new(issuer.jwk_set(), issuer.validation())?;
/// assert_eq!(verifier.verify(&issuer.access_token("ann").sign()).await?.user_id(), "ann");
///
/// // A token with one change.
/// let invalid = issuer.access_token("ann").claim("aud", "another-service").sign();
/// assert_eq!(verifier.verify(&invalid).await, Err(VerifyError::InvalidAudience));
///
/// // A key that this verifier does not have.
/// issuer.rotate(Algorithm::Es256);
/// assert_eq!(verifier.verify(&issuer.access_token("ann").sign()).await, Err(VerifyError::NoMatchingKey));
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct TestIssuer {
    base_url: String,
    keys: Vec<SigningKey>,
    generated: usize,
}

impl TestIssuer {
    /// An issuer at `https://issuer.example` with one key.
    #[must_use]
    pub fn new(algorithm: Algorithm) -> Self {
        let mut issuer = Self { base_url: "https://issuer.example".to_owned(), keys: Vec::new(), generated: 0 };
        issuer.rotate(algorithm);
        issuer
    }

    /// Its `iss` and `aud`, which are the same by default in Better Auth.
    #[must_use]
    pub fn base_url(&self) -> &str {
        &self.base_url
    }

    /// Generates a key and signs with it from now on. The others stay published.
    pub fn rotate(&mut self, algorithm: Algorithm) -> &SigningKey {
        self.generated += 1;
        self.add_key(SigningKey::generate(algorithm, &format!("key-{}", self.generated)))
    }

    /// Signs with this key from now on. The others stay published.
    pub fn add_key(&mut self, key: SigningKey) -> &SigningKey {
        self.keys.insert(0, key);
        self.key()
    }

    /// Removes all keys but the newest.
    pub fn keep_newest_key(&mut self) {
        self.keys.truncate(1);
    }

    /// The newest key, which signs.
    #[must_use]
    pub fn key(&self) -> &SigningKey {
        // Never empty: the constructor adds a key, and the first is never removed.
        &self.keys[0]
    }

    /// The published keys, newest first.
    #[must_use]
    pub fn keys(&self) -> &[SigningKey] {
        &self.keys
    }

    /// The JWK Set as JSON text.
    #[must_use]
    pub fn document(&self) -> String {
        json!({ "keys": self.keys.iter().map(SigningKey::jwk).collect::<Vec<Value>>() }).to_string()
    }

    /// The JWK Set, parsed.
    ///
    /// # Panics
    ///
    /// If [added](Self::add_key) keys have the same `kid`.
    #[expect(clippy::expect_used, reason = "generated keys are usable")]
    #[must_use]
    pub fn jwk_set(&self) -> JwkSet {
        JwkSet::parse(&self.document()).expect("the keys of a test issuer are usable")
    }

    /// The validation that its tokens pass.
    #[must_use]
    pub fn validation(&self) -> Validation {
        Validation::better_auth_jwks(&self.base_url)
    }

    /// A token of the newest key that passes [`validation`](Self::validation), to be changed or signed. Like Better Auth's, it
    /// has no `typ`.
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
