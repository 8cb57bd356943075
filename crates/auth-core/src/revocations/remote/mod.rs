//! Revocations that are fetched from the application (feature `remote`).

mod document;
mod options;
mod poller;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use options::RemoteRevocationListOptions;
use reqwest::Url;

use self::document::ListVerifier;
use self::poller::{FETCH_TIMEOUT, Poller};
use super::{RevocationError, Revocations};
use crate::remote::{DocumentFetcher, HttpClient, url};
use crate::{AuthenticatedUser, ConfigError, Validation, VerificationKeys, VerifyError};

/// A list of revocations at a URL, fetched every 2 s and kept in memory. Clones share it.
///
/// * The list is a compact JWS with the `typ` `revocations+jwt`, signed with a key that also signs access tokens, for the same
///   issuer and audience, with `iat` and `exp`. So an access token is never a list, and a list is never an access token. Its
///   claim `revocations` is an array of at most 50,000 objects with the members `before` and `until` and either `sid` or `sub`,
///   which mean what [`RevocationList`](crate::RevocationList) says.
/// * A check costs up to two hash lookups, and never waits. The first one starts the fetches, if
///   [`prefetch`](Self::prefetch) did not.
/// * A list that cannot be fetched or verified leaves the last one in force, with a warning in the log when that starts, and a
///   line when it ends. If the list is [required](RemoteRevocationListOptions::required), all other tokens are rejected with
///   [`VerifyError::RevocationsUnavailable`] before the first list, and when there was none for 60 s.
/// * A list that is older than the last one, by `iat`, is ignored until the last one expires: several processes of the
///   application may publish lists that are some seconds apart.
/// * Only the configured URL is fetched: no redirects, no proxy from the environment, no cookies, no credentials. With an
///   `ETag`, a list that has not changed is not transferred again.
///
/// The fetches run on the tokio runtime (with its time driver) that starts them. If it shuts down, the next check starts them on
/// its own.
///
/// ```
/// use auth_core::{RemoteRevocationList, RemoteRevocationListOptions, SharedSecret, Validation, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let secret = SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?;
/// let validation = Validation::new().issuer("https://app.example").audience("todo-api");
/// let revocations = RemoteRevocationList::new(
///     "https://app.example/api/auth/revocations",
///     secret.clone(),
///     &validation,
///     RemoteRevocationListOptions::new(),
/// )?;
/// # if false {
/// if revocations.prefetch().await.is_err() { eprintln!("the application does not answer yet"); }
/// # }
/// let verifier = Verifier::new(secret, validation)?.with_revocations(revocations);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RemoteRevocationList(Arc<Poller>);

impl RemoteRevocationList {
    /// The maximum length of a list, in bytes.
    pub const MAX_BYTES: usize = 8 * 1024 * 1024;

    /// The list at this URL: https, or http to a loopback host. Nothing is fetched yet.
    ///
    /// `keys` verify it. It must have the issuer and the audience of `validation`, and its times have that leeway; the token
    /// types, the maximum age, the scopes and the other claims of the validation concern access tokens only.
    ///
    /// Returns [`ConfigError::InvalidRevocationsUrl`] for another URL, [`ConfigError::InvalidPollInterval`] for an interval of 0,
    /// [`ConfigError::IssuerMissing`] or [`ConfigError::AudienceMissing`] as [`Verifier::new`](crate::Verifier::new), and
    /// [`ConfigError::HttpClient`] if the system has no root certificates.
    pub fn new(
        url: &str,
        keys: impl Into<VerificationKeys>,
        validation: &Validation,
        options: RemoteRevocationListOptions,
    ) -> Result<Self, ConfigError> {
        let url = parse_url(url)?;
        let client = HttpClient::for_url(&url, FETCH_TIMEOUT)?;
        Self::with_client(url, keys.into(), validation, options, Box::new(client))
    }

    /// Like [`new`](Self::new), with another HTTP client.
    pub fn with_fetcher(
        url: &str,
        keys: impl Into<VerificationKeys>,
        validation: &Validation,
        options: RemoteRevocationListOptions,
        fetcher: impl DocumentFetcher,
    ) -> Result<Self, ConfigError> {
        Self::with_client(parse_url(url)?, keys.into(), validation, options, Box::new(fetcher))
    }

    fn with_client(
        url: Url,
        keys: VerificationKeys,
        validation: &Validation,
        options: RemoteRevocationListOptions,
        fetcher: Box<dyn DocumentFetcher>,
    ) -> Result<Self, ConfigError> {
        let verifier = ListVerifier::new(keys, validation, options.clock())?;
        Ok(Self(Arc::new(Poller::new(url, verifier, options.validate()?, fetcher))))
    }

    /// Starts the fetches and waits for the end of the first one, 10 s at most. Call it when a service starts, in the background
    /// unless the list is required.
    ///
    /// Returns [`VerifyError::RevocationsUnavailable`] if there is no list yet; the log states the reason.
    pub async fn prefetch(&self) -> Result<(), VerifyError> {
        self.0.prefetch().await
    }

    /// The number of entries of the list in force.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether the list in force has no entries, or there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The time since the list was last confirmed by its application, or `None` if it never was: more than some seconds mean that
    /// it cannot be fetched. For a metric.
    #[must_use]
    pub fn age(&self) -> Option<Duration> {
        self.0.age()
    }
}

fn parse_url(text: &str) -> Result<Url, ConfigError> {
    url::parse(text).map_err(|problem| ConfigError::InvalidRevocationsUrl { problem })
}

impl Revocations for RemoteRevocationList {
    fn check(&self, user: &AuthenticatedUser) -> Result<(), RevocationError> {
        self.0.check(user)
    }
}

/// Shows the URL without its query, and the number of entries.
impl fmt::Debug for RemoteRevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteRevocationList")
            .field("url", &self.0.redacted_url())
            .field("entries", &self.len())
            .finish_non_exhaustive()
    }
}
