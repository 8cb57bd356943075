//! JWK Sets that are fetched from the issuer and refreshed (feature `remote`).

mod fetcher;
mod http_client;
mod options;
mod refresh;
#[cfg(test)]
mod tests;
mod url;

use std::fmt;
use std::sync::Arc;

pub use fetcher::{FetchError, JwkSetFetcher};
pub use options::RemoteJwkSetOptions;
pub(super) use refresh::RefreshWaiter;

use self::http_client::HttpClient;
use self::refresh::Refresher;
use super::jwk_set::JwkSet;
use crate::{ConfigError, VerifyError};

/// A JWK Set at a URL. Clones share the fetched set.
///
/// * A token with a known `kid` never waits: the current set is used while a newer one is fetched in the background. A set is
///   refreshed when it reaches [`max_age_seconds`](RemoteJwkSetOptions::max_age_seconds), also without requests.
/// * A token with an unknown `kid` triggers a fetch and waits for it, 6 s at most. There is one fetch at a time, and none within
///   [`cooldown_seconds`](RemoteJwkSetOptions::cooldown_seconds) of the start of the last one, successful or not: a flood of
///   forged key ids reaches the issuer as one request.
/// * While the issuer cannot be reached, or answers with anything but a usable set, the last set is used for
///   [`max_stale_seconds`](RemoteJwkSetOptions::max_stale_seconds). After that, and before the first successful fetch, tokens
///   are rejected with [`VerifyError::KeysUnavailable`].
/// * Only the configured URL is fetched: no redirects, no proxy from the environment, no cookies, no credentials, and no URL
///   from a token.
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
        let url = url::parse(url)?;
        let client = HttpClient::for_url(&url)?;
        Ok(Self(Arc::new(Refresher::new(url, options, Box::new(client))?)))
    }

    /// The set of the Better Auth application at this base URL: `{base_url}/api/auth/jwks`. Errors as for [`new`](Self::new).
    pub fn better_auth(base_url: &str, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        Self::new(&format!("{}/api/auth/jwks", base_url.trim_end_matches('/')), options)
    }

    /// Like [`new`](Self::new), with another HTTP client.
    pub fn with_fetcher(
        url: &str,
        options: RemoteJwkSetOptions,
        fetcher: impl JwkSetFetcher,
    ) -> Result<Self, ConfigError> {
        Ok(Self(Arc::new(Refresher::new(url::parse(url)?, options, Box::new(fetcher))?)))
    }

    /// Fetches the set if there is none yet. Takes 6 s at most. Call it when a service starts.
    ///
    /// [`VerifyError::KeysUnavailable`] means that the issuer did not answer with a usable set; the log states the reason. The
    /// next fetch starts after the cooldown.
    pub async fn prefetch(&self) -> Result<(), VerifyError> {
        if self.current().is_none()
            && let Some(refresh) = self.request_refresh()
        {
            refresh.wait().await;
        }
        self.current().map(|_| ()).ok_or(VerifyError::KeysUnavailable)
    }

    /// The current set, unless it exceeds the maximum stale age. Starts a refresh in the background at the maximum age.
    pub(super) fn current(&self) -> Option<Arc<JwkSet>> {
        self.0.current()
    }

    /// Starts a refresh, or joins the running one. Returns `None` during the cooldown.
    pub(super) fn request_refresh(&self) -> Option<RefreshWaiter> {
        self.0.request_refresh()
    }
}

impl fmt::Debug for RemoteJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RemoteJwkSet")
            .field("url", &self.0.redacted_url())
            .field("keys", &self.0.key_count())
            .finish_non_exhaustive()
    }
}
