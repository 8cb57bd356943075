//! The issuer's JWK Set, fetched and kept fresh (feature `remote`).

mod fetcher;
mod http_client;
mod options;
mod refresh;
#[cfg(test)]
mod tests;
mod url;

use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

pub use fetcher::{FetchError, Fetching, JwkSetFetcher};
pub use options::RemoteJwkSetOptions;
pub(crate) use refresh::Answer;
use refresh::Flight;

use crate::{ConfigError, JwkSet, VerifyError};

/// How long one fetch may take, from the first packet to the last byte.
const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// A JWK Set at a URL. Clones share what was fetched.
///
/// * A known key never waits: the set at hand serves while a fresh one is fetched in the background, once it is older than
///   [`max_age_seconds`](RemoteJwkSetOptions::max_age_seconds).
/// * An unknown `kid` asks the issuer at once, and the request waits for the answer, 6 s at most. There is one fetch at a
///   time, and none within [`cooldown_seconds`](RemoteJwkSetOptions::cooldown_seconds) of the last attempt, good or bad: a flood of
///   forged key ids reaches the issuer as one request.
/// * While the issuer is away, or answers with anything but a usable set, the last good set serves for
///   [`stale_seconds`](RemoteJwkSetOptions::stale_seconds); after that, and before the first answer,
///   tokens are refused with [`VerifyError::KeysUnavailable`].
/// * Nothing is followed or sent that was not configured: no redirect, no proxy from the environment, no cookie, no
///   credential, no URL out of a token.
///
/// Fetching runs on the tokio runtime (with its time driver) of whoever first asks, and moves to another when that one
/// ends: so it outlives a request that is dropped, and works with actix' many small runtimes.
///
/// ```
/// use auth_core::{Validation, RemoteJwkSet, RemoteJwkSetOptions, Verifier};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let keys = RemoteJwkSet::better_auth("https://app.example", RemoteJwkSetOptions::new())?;
/// // Optional: the first fetch now, not at the first request. Going on without an answer is fine.
/// # if false {
/// if keys.prefetch().await.is_err() { eprintln!("the issuer does not answer yet"); }
/// # }
/// let verifier = Verifier::try_new(keys, Validation::better_auth_jwks("https://app.example"))?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct RemoteJwkSet(Arc<Remote>);

struct Remote {
    url: reqwest::Url,
    options: RemoteJwkSetOptions,
    fetch: Box<dyn JwkSetFetcher>,
    /// Held for the clone of a pointer only. Told about each end of a fetch.
    loaded: watch::Sender<Option<Loaded>>,
    /// Never held while anything is awaited.
    flight: Mutex<Flight>,
}

struct Loaded {
    set: Arc<JwkSet>,
    document: Vec<u8>,
    at: Instant,
}

impl RemoteJwkSet {
    /// The set at this URL: https, or http to a loopback host. Nothing is fetched yet.
    ///
    /// Refuses [another kind of URL](ConfigError::InvalidJwkSetUrl) and [times that make no sense](ConfigError::InvalidJwkSetTimes).
    pub fn new(url: &str, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        let url = url::parse(url)?;
        let client = http_client::HttpClient::for_url(&url)?;
        Self::build(url, options, Box::new(client))
    }

    /// The set of the Better Auth application at this base URL: `{base_url}/api/auth/jwks`.
    pub fn better_auth(base_url: &str, options: RemoteJwkSetOptions) -> Result<Self, ConfigError> {
        Self::new(&format!("{}/api/auth/jwks", base_url.trim_end_matches('/')), options)
    }

    /// As [`new`](Self::new), with another way to fetch.
    pub fn with_fetcher(
        url: &str,
        options: RemoteJwkSetOptions,
        fetch: impl JwkSetFetcher,
    ) -> Result<Self, ConfigError> {
        Self::build(url::parse(url)?, options, Box::new(fetch))
    }

    fn build(
        url: reqwest::Url,
        options: RemoteJwkSetOptions,
        fetch: Box<dyn JwkSetFetcher>,
    ) -> Result<Self, ConfigError> {
        let options = options.checked()?;
        let (loaded, flight) = (watch::Sender::new(None), Mutex::default());
        Ok(Self(Arc::new(Remote { url, options, fetch, loaded, flight })))
    }

    /// Fetches the set if there is none yet, to be called when a service starts. 6 s at most.
    ///
    /// [`VerifyError::KeysUnavailable`] says that the issuer did not answer with a usable set; the log says why. It will be
    /// asked again as soon as the cooldown is over.
    pub async fn prefetch(&self) -> Result<(), VerifyError> {
        if self.current().is_none()
            && let Some(answer) = self.ask()
        {
            answer.received().await;
        }
        self.current().map(|_| ()).ok_or(VerifyError::KeysUnavailable)
    }

    /// The set at hand, unless it is too old to be used at all. Starts a fetch in the background when it is getting old.
    pub(crate) fn current(&self) -> Option<Arc<JwkSet>> {
        let (set, age) =
            self.0.loaded.borrow().as_ref().map(|loaded| (Arc::clone(&loaded.set), loaded.at.elapsed()))?;
        if age >= self.0.options.max_age() {
            self.0.start();
        }
        (age < self.0.options.stale()).then_some(set)
    }

    /// Asks the issuer, unless it was asked a moment ago.
    pub(crate) fn ask(&self) -> Option<Answer> {
        let answer = Answer::of(&self.0.loaded);
        self.0.start().then_some(answer)
    }
}

impl Remote {
    /// One fetch, to its end.
    async fn load(&self) {
        let fetched = tokio::time::timeout(FETCH_TIMEOUT, self.fetch.fetch(self.url.as_str())).await;
        let url = self.shown_url();
        match fetched.unwrap_or(Err(FetchError::Timeout)) {
            Err(problem) => tracing::warn!(%url, %problem, "JWK Set not fetched"),
            Ok(document) => match self.take(document) {
                Err(problem) => tracing::warn!(%url, %problem, "JWK Set not taken"),
                Ok(set) => tracing::debug!(%url, keys = set.len(), "JWK Set fetched"),
            },
        }
    }

    /// Replaces the set at hand by one that is usable, and by nothing else.
    fn take(&self, document: Vec<u8>) -> Result<Arc<JwkSet>, ConfigError> {
        let known = |loaded: &Loaded| (loaded.document == document).then(|| Arc::clone(&loaded.set));
        let known = self.loaded.borrow().as_ref().and_then(known);
        let set = match known {
            Some(set) => set,
            None => Arc::new(self.parse(&document)?),
        };
        self.loaded.send_replace(Some(Loaded { set: Arc::clone(&set), document, at: Instant::now() }));
        Ok(set)
    }

    fn parse(&self, document: &[u8]) -> Result<JwkSet, ConfigError> {
        let text = str::from_utf8(document).map_err(|_| ConfigError::InvalidJwkSet)?;
        Ok(JwkSet::parse(text)?.with_signature_cache(self.options.memory()))
    }

    /// How old the set at hand is, or `None` if there is none.
    fn age(&self) -> Option<Duration> {
        self.loaded.borrow().as_ref().map(|loaded| loaded.at.elapsed())
    }

    /// Without the query, which may hold a key to the address.
    fn shown_url(&self) -> String {
        let mut url = self.url.clone();
        url.set_query(None);
        url.into()
    }
}

impl fmt::Debug for RemoteJwkSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let keys = self.0.loaded.borrow().as_ref().map_or(0, |loaded| loaded.set.len());
        f.debug_struct("RemoteJwkSet").field("url", &self.0.shown_url()).field("keys", &keys).finish_non_exhaustive()
    }
}
