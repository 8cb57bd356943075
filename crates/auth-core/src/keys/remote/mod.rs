//! JWK Sets that are fetched from the issuer and refreshed (feature `remote`).

mod discovery;
mod options;
mod refresh;
#[cfg(test)]
mod tests;

use std::fmt;
use std::sync::Arc;

pub use discovery::IssuerMetadata;
pub use options::RemoteJwkSetOptions;

use reqwest::Url;

use self::discovery::Discovery;
use self::refresh::{FETCH_TIMEOUT, JwkSetLocation, Refresher};
use super::jwk_set::JwkSet;
use crate::remote::{DocumentFetcher, HttpClient, url};
use crate::{ConfigError, VerifyError, better_auth_url};

/// A JWK Set at a URL. Clones share the fetched set.
///
/// * A token with a known `kid` never waits: the current set is used while a newer one is fetched in the background. A set is
///   refreshed when it reaches [`max_age_seconds`](RemoteJwkSetOptions::max_age_seconds), also without requests.
/// * A token with an unknown `kid` waits for the next fetch, 5 s at most: one that starts after the token has arrived, because the
///   issuer may add a key at any time. There is one fetch at a time, and none within
///   [`cooldown_seconds`](RemoteJwkSetOptions::cooldown_seconds) of the start of the last one: a flood of forged key ids reaches
///   the issuer as one request. If that fetch fails or starts later than that, or if 256 tokens wait already, the token is
///   rejected with [`VerifyError::KeysUnavailable`], and only if the issuer does not have the key with
///   [`VerifyError::NoMatchingKey`].
/// * After a failed fetch, the next one starts without a request 0.5 s later, then 1, 2, 4 … 30 s, whatever the cooldown is.
/// * While the issuer cannot be reached, or answers with anything but a usable set, the last set is used for
///   [`max_stale_seconds`](RemoteJwkSetOptions::max_stale_seconds). After that, and before the first successful fetch, tokens
///   are rejected with [`VerifyError::KeysUnavailable`].
/// * Only the configured URL is fetched, or the `jwks_uri` of a [configured issuer](Self::discover): no redirects, no proxy from
///   the environment, no cookies, no credentials, and no URL from a token.
///
/// A fetch runs on the tokio runtime (with its time driver) that requests it, and moves to another runtime if that one shuts
/// down. So a fetch is not cancelled with the request that triggered it, and actix-web's single-threaded runtimes can share a
/// set.
///
/// ```
/// use auth_core::{RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = RemoteJwkSet::better_auth("https://app.example", RemoteJwkSetOptions::new())?;
/// // Optional: fetch now instead of on the first request. A service can start without the issuer.
/// # if false {
/// if keys.prefetch().await.is_err() { eprintln!("the issuer does not answer yet"); }
/// # }
/// let verifier = Verifier::new(keys, Validation::better_auth_jwks("https://app.example"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RemoteJwkSet(Arc<Refresher>);

impl RemoteJwkSet {
    /// The set at this URL: https, or http to a loopback host. Nothing is fetched yet.
    ///
    /// Returns [`ConfigError::InvalidJwkSetUrl`] for another URL, [`ConfigError::InvalidJwkSetTimes`] for options out of
    /// bounds, and [`ConfigError::HttpClient`] if the system has no root certificates.
    pub fn new(url: &str, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        let url = parse_url(url)?;
        let client = HttpClient::for_url(&url, FETCH_TIMEOUT)?;
        Self::with_client(JwkSetLocation::Url(url), options, Box::new(client))
    }

    /// The set of the Better Auth application with this `baseURL`: `{base_url}/api/auth/jwks`, or `{base_url}/jwks` if the base URL
    /// has a path, which then is the path of Better Auth's endpoints. Errors as for [`new`](Self::new).
    pub fn better_auth(base_url: &str, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        Self::new(&format!("{}/jwks", better_auth_url::endpoints(base_url)), options)
    }

    /// Like [`new`](Self::new), with another HTTP client.
    pub fn with_fetcher(
        url: &str,
        options: RemoteJwkSetOptions,
        fetcher: impl DocumentFetcher,
    ) -> Result<Self, ConfigError> {
        Self::with_client(JwkSetLocation::Url(parse_url(url)?), options, Box::new(fetcher))
    }

    /// The set at the `jwks_uri` of an issuer's metadata (RFC 8414 §3, `OpenID` Connect Discovery 1.0 §4), for issuers with addresses of
    /// their own. `issuer` is the `iss` of its tokens, which the [`Validation`](crate::Validation) requires too: https, or http to a
    /// loopback host. Nothing is fetched yet.
    ///
    /// Each fetch of the set starts with the metadata, so an issuer can move its keys. Both together take 5 s at most; the cooldown
    /// and the times after failures are those of one fetch. The metadata have at most 64 KiB of strict JSON. The set is not fetched,
    /// and the last one is kept as after any other failure, unless their `issuer` equals `issuer` exactly (RFC 8414 §3.3) and
    /// their `jwks_uri` is https, or http to a loopback host if the issuer is that too. The log states the reason and what to do.
    ///
    /// Returns [`ConfigError::InvalidIssuerUrl`] for another issuer, and otherwise the errors of [`new`](Self::new).
    ///
    /// ```
    /// use auth_core::{IssuerMetadata, RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier};
    ///
    /// # fn main() -> Result<(), auth_core::ConfigError> {
    /// let issuer = "https://idp.example/realms/main";
    /// let keys = RemoteJwkSet::discover(issuer, IssuerMetadata::OpenId, RemoteJwkSetOptions::new())?;
    /// let verifier = Verifier::new(keys, Validation::new().issuer(issuer).audience("https://api.example"))?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn discover(issuer: &str, document: IssuerMetadata, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        let discovery = Discovery::new(issuer, document)?;
        let client = HttpClient::for_issuer(discovery.metadata_url(), FETCH_TIMEOUT)?;
        Self::with_client(JwkSetLocation::Discovered(discovery), options, Box::new(client))
    }

    /// Like [`discover`](Self::discover), with another HTTP client.
    pub fn discover_with_fetcher(
        issuer: &str,
        document: IssuerMetadata,
        options: RemoteJwkSetOptions,
        fetcher: impl DocumentFetcher,
    ) -> Result<Self, ConfigError> {
        Self::with_client(JwkSetLocation::Discovered(Discovery::new(issuer, document)?), options, Box::new(fetcher))
    }

    fn with_client(
        location: JwkSetLocation,
        options: RemoteJwkSetOptions,
        fetcher: Box<dyn DocumentFetcher>,
    ) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Refresher::new(location, options, fetcher)?)))
    }

    /// Fetches the set if there is none yet. Takes 5 s at most. Call it when a service starts.
    ///
    /// [`VerifyError::KeysUnavailable`] means that the issuer did not answer with a usable set; the log states the reason. The
    /// next fetch starts 0.5 s later in the background.
    pub async fn prefetch(&self) -> Result<(), VerifyError> {
        let is_available = || self.current().is_some();
        if !is_available() {
            self.wait_for_key(is_available).await;
        }
        if is_available() { Ok(()) } else { Err(VerifyError::KeysUnavailable) }
    }

    /// The current set, unless it exceeds the maximum stale age. Starts a refresh in the background at the maximum age.
    pub(super) fn current(&self) -> Option<Arc<JwkSet>> {
        self.0.current()
    }

    /// Waits until a fetch has brought the key, 5 s at most. Returns whether the key is there or the issuer does not have it;
    /// if not, the issuer could not be asked.
    pub(super) async fn wait_for_key(&self, is_available: impl Fn() -> bool) -> bool {
        self.0.wait_for_key(is_available).await
    }
}

fn parse_url(text: &str) -> Result<Url, ConfigError> {
    url::parse(text).map_err(|problem| ConfigError::InvalidJwkSetUrl { problem })
}

impl fmt::Debug for RemoteJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteJwkSet")
            .field("url", &self.0.redacted_url())
            .field("keys", &self.0.key_count())
            .finish_non_exhaustive()
    }
}
