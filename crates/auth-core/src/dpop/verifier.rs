//! The configuration of DPoP, and its two steps: the proof, and whether it was used.

use std::fmt;
use std::sync::Arc;

use super::uri::BaseUrl;
use super::{
    DpopError, DpopNonces, MemoryReplayStore, ReplayEntry, ReplayError, ReplayStore, RequestHead, confirmation, proof,
};
use crate::bearer::BearerError;
use crate::{Algorithm, ConfigError};

/// Verifies DPoP proofs (RFC 9449 §4.3). Clones share the replay store.
///
/// The first rule that fails determines the [`DpopError`]:
///
/// 1. The token is valid, apart from revocations, private claims and scopes, and has a `cnf` with `jkt` and nothing else.
/// 2. The request has one `DPoP` field: a compact JWS of at most [`MAX_TOKEN_BYTES`](crate::MAX_TOKEN_BYTES).
/// 3. Its header is one strict JSON object with `typ` `dpop+jwt`, an allowed `alg`, and in `jwk` a public key for it, without private
///    members and usable by the rules of [`JwkSet`](crate::JwkSet). It has no `crit`, `b64` and `zip`.
/// 4. The thumbprint of the key (RFC 7638) is `cnf.jkt`, and the key verifies the signature.
/// 5. The payload is one strict JSON object. `jti` has 1 to [`MAX_JTI_BYTES`](Self::MAX_JTI_BYTES) bytes; `htm` is the method; `htu` is
///    the URL, both normalized (RFC 3986 §6.2.2, §6.2.3) and without query and fragment; `iat` is at most 60 s in the past and at most
///    5 s in the future; `exp` and `nbf` hold if they are present.
/// 6. `ath` is the SHA-256 hash of the token in base64url.
/// 7. `nonce` is one of the server's, if [nonces](Self::with_nonces) are configured. Otherwise it is ignored.
/// 8. The token is not revoked, and has the private claims and the scopes of the verifier.
/// 9. The proof was not used before, with this key.
#[derive(Clone)]
pub struct DpopVerifier {
    /// At least one.
    pub(super) base_urls: Vec<BaseUrl>,
    /// At least one.
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) max_age_seconds: u32,
    pub(super) nonces: Option<DpopNonces>,
    replay_store: Arc<dyn ReplayStore>,
    is_required: bool,
}

impl DpopVerifier {
    /// The maximum length of `jti`, in bytes.
    pub const MAX_JTI_BYTES: usize = 256;

    /// How far `iat` may be in the future, in seconds: the clock of the client may be fast.
    pub const MAX_SKEW_SECONDS: u32 = 5;

    /// The maximum of [`max_age_seconds`](Self::max_age_seconds): RFC 9449 §11.1 recommends seconds or minutes.
    pub const LONGEST_MAX_AGE_SECONDS: u32 = 300;

    /// Verifies the proofs of requests to the service at this URL: the origin that clients use, and the path that a proxy removes from
    /// the path of each request, if any.
    ///
    /// It is not taken from the request: a client chooses `Host`, and behind a proxy it can be another one.
    ///
    /// By default all [algorithms](Algorithm::ALL) are allowed, a proof is valid for 60 s and once, there are no nonces, and tokens
    /// without `cnf` are still accepted under `Bearer`.
    ///
    /// Returns [`ConfigError::InvalidDpopBaseUrl`] unless it is an http or https URL without user name, query and fragment.
    pub fn new(base_url: &str) -> Result<Self, ConfigError> {
        Ok(Self {
            base_urls: vec![BaseUrl::parse(base_url)?],
            algorithms: Algorithm::ALL.to_vec(),
            max_age_seconds: 60,
            nonces: None,
            replay_store: Arc::new(MemoryReplayStore::default()),
            is_required: false,
        })
    }

    /// Also accepts proofs for this URL, for a service with several names. Each call adds one.
    ///
    /// Returns the error of [`new`](Self::new).
    pub fn with_base_url(mut self, base_url: &str) -> Result<Self, ConfigError> {
        self.base_urls.push(BaseUrl::parse(base_url)?);
        Ok(self)
    }

    /// Allows only these algorithms. Challenges name them in `algs`, and the metadata of the resource in
    /// `dpop_signing_alg_values_supported`. A second call replaces the list.
    ///
    /// Returns [`ConfigError::NoDpopAlgorithm`] if there is none.
    pub fn algorithms(mut self, algorithms: impl IntoIterator<Item = Algorithm>) -> Result<Self, ConfigError> {
        self.algorithms = algorithms.into_iter().collect();
        if self.algorithms.is_empty() { Err(ConfigError::NoDpopAlgorithm) } else { Ok(self) }
    }

    /// How long a proof is valid after its `iat`, in seconds. Also how long it is remembered.
    ///
    /// Returns [`ConfigError::InvalidDpopMaxAge`] for 0, or above [`LONGEST_MAX_AGE_SECONDS`](Self::LONGEST_MAX_AGE_SECONDS).
    pub fn max_age_seconds(mut self, seconds: u32) -> Result<Self, ConfigError> {
        self.max_age_seconds = seconds;
        let is_valid = (1..=Self::LONGEST_MAX_AGE_SECONDS).contains(&seconds);
        if is_valid { Ok(self) } else { Err(ConfigError::InvalidDpopMaxAge) }
    }

    /// Requires a nonce of the server in each proof. A proof without one is answered with 401, `error="use_dpop_nonce"` and a nonce in
    /// the field `DPoP-Nonce` (RFC 9449 §9). `iat` is checked as well.
    #[must_use]
    pub fn with_nonces(mut self, nonces: DpopNonces) -> Self {
        self.nonces = Some(nonces);
        self
    }

    /// Remembers used proofs in this store instead of the memory of the process.
    #[must_use]
    pub fn with_replay_store(mut self, store: impl ReplayStore) -> Self {
        self.replay_store = Arc::new(store);
        self
    }

    /// Rejects all tokens under the scheme `Bearer` ([`BearerError::DpopRequired`]), and says so in the metadata of the resource,
    /// `dpop_bound_access_tokens_required` (RFC 9728 §2).
    #[must_use]
    pub fn required(mut self) -> Self {
        self.is_required = true;
        self
    }

    /// Requires a valid proof for a token that was verified in another way, such as introspection (RFC 9449 §6.2): `key_thumbprint` is
    /// the `cnf.jkt` of the response, and `unix_seconds` the time, since 1970. The other rules on the token are the caller's.
    ///
    /// ```
    /// use auth_core::Algorithm;
    /// use auth_core::dpop::{DpopError, DpopVerifier, RequestHead};
    /// use auth_core::test_util::{SigningKey, TokenBuilder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let dpop = DpopVerifier::new("https://api.example")?;
    /// let key = SigningKey::generate(Algorithm::EdDsa, "client");
    /// let proof = TokenBuilder::dpop_proof(&key, "GET", "https://api.example/me", "opaque").claim("iat", 1_800_000_000).sign();
    /// let request = RequestHead::new("GET", "/me").dpop([proof.as_bytes()]);
    ///
    /// dpop.verify_proof(&request, "opaque", &key.thumbprint(), 1_800_000_000).await?;
    /// let error = dpop.verify_proof(&request, "another", &key.thumbprint(), 1_800_000_000).await;
    /// assert_eq!(error, Err(DpopError::AccessTokenMismatch));
    /// # Ok(())
    /// # }
    /// ```
    pub async fn verify_proof(
        &self,
        request: &RequestHead<'_>,
        access_token: &str,
        key_thumbprint: &str,
        unix_seconds: u64,
    ) -> Result<(), DpopError> {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 seconds")]
        let now = unix_seconds as f64;
        let entry = proof::verify(self, request, access_token, key_thumbprint, now)?;
        self.record(entry).await
    }

    /// Requires a valid proof for the token with this payload, which is `None` for a token without `cnf`. Returns the thumbprint of the
    /// key, and what [`record`](Self::record) takes.
    pub(crate) fn verify_bound(
        &self,
        request: &RequestHead<'_>,
        access_token: &str,
        payload: Option<&str>,
        now: f64,
    ) -> Result<(String, ReplayEntry), BearerError> {
        let thumbprint = confirmation::key_thumbprint(payload)?;
        let entry = proof::verify(self, request, access_token, &thumbprint, now)?;
        Ok((thumbprint, entry))
    }

    /// Requires that the proof was not used before.
    pub(crate) async fn record(&self, entry: ReplayEntry) -> Result<(), DpopError> {
        self.replay_store.insert(entry).await.map_err(|error| match error {
            ReplayError::Replayed => DpopError::Replayed,
            ReplayError::Unavailable => DpopError::ReplayStoreUnavailable,
        })
    }

    /// A new nonce, if nonces are configured.
    pub(crate) fn issue_nonce(&self, now: u64) -> Option<String> {
        self.nonces.as_ref().map(|nonces| nonces.issue(now))
    }

    /// The names of the allowed algorithms.
    pub(crate) fn algorithm_names(&self) -> impl Iterator<Item = &'static str> {
        self.algorithms.iter().map(|algorithm| algorithm.name())
    }

    pub(crate) fn is_required(&self) -> bool {
        self.is_required
    }
}

impl fmt::Debug for DpopVerifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DpopVerifier")
            .field("base_urls", &self.base_urls)
            .field("algorithms", &self.algorithms)
            .field("max_age_seconds", &self.max_age_seconds)
            .field("is_required", &self.is_required)
            .finish_non_exhaustive()
    }
}
