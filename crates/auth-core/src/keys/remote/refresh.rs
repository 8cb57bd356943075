//! The refresh of a remote set: one fetch at a time, not more often than the cooldown allows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::runtime::Handle;
use tokio::sync::{Semaphore, SemaphorePermit, watch};
use tokio::time::{Instant, timeout_at};

use super::discovery::{Discovery, MetadataError};
use super::options::RemoteJwkSetOptions;
use crate::keys::jwk_set::JwkSet;
use crate::remote::{DocumentFetcher, FetchError, FetchRequest, FetchResponse, url};
use crate::{ConfigError, metrics};

/// The maximum duration of one fetch, from connecting to the last byte, with the issuer's metadata if there are any.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(5);

/// A fetch that runs longer was started on a runtime that is no longer driven; it will not finish.
const ABANDONED_AFTER: Duration = FETCH_TIMEOUT.saturating_add(Duration::from_secs(1));

/// How long a request waits for a key, from its arrival.
const MAX_WAIT: Duration = Duration::from_secs(5);

/// How many requests wait for a key at the same time, so that forged key ids hold a bounded amount of memory.
pub(super) const MAX_WAITING: usize = 256;

/// The time between a failed fetch and the next one: doubled after each failure, up to [`MAX_BACKOFF`].
const MIN_BACKOFF: Duration = Duration::from_millis(500);

const MAX_BACKOFF: Duration = Duration::from_secs(30);

/// Where a set is.
pub(super) enum JwkSetLocation {
    Url(Url),
    /// Where the metadata of the issuer say.
    Discovered(Discovery),
}

impl JwkSetLocation {
    /// The URL that is configured.
    pub(super) fn url(&self) -> &Url {
        match self {
            Self::Url(url) => url,
            Self::Discovered(discovery) => discovery.metadata_url(),
        }
    }
}

/// Fetches a set and keeps the last usable one.
pub(super) struct Refresher {
    location: JwkSetLocation,
    options: RemoteJwkSetOptions,
    fetcher: Box<dyn DocumentFetcher>,
    /// Borrowed only to clone a pointer. Notified at the end of each fetch.
    published: watch::Sender<Published>,
    /// Never locked across an await.
    state: Mutex<RefreshState>,
    waiting: Semaphore,
}

/// What the fetches so far resulted in.
#[derive(Default)]
struct Published {
    cached: Option<CachedSet>,
    last_fetch: Option<FinishedFetch>,
}

struct CachedSet {
    set: Arc<JwkSet>,
    document: Vec<u8>,
    fetched_at: Instant,
}

#[derive(Clone, Copy)]
struct FinishedFetch {
    /// Fetches are counted from 1 in the order of their starts.
    number: u64,
    /// Whether the issuer answered with a usable set.
    succeeded: bool,
}

#[derive(Default)]
struct RefreshState {
    /// The number of fetches that have started.
    started: u64,
    /// The start of the running fetch.
    running_since: Option<Instant>,
    /// The earliest start of the next fetch.
    not_before: Option<Instant>,
    /// The number of fetches that have failed since the last successful one.
    failures: u32,
}

/// When a fetch can bring a new set.
enum NextFetch {
    /// One is running, and counts as abandoned at this time.
    Running { abandoned_at: Instant },
    /// The next one may start at this time.
    At(Instant),
    /// There is no runtime.
    Never,
}

impl Refresher {
    pub(super) fn new(
        location: JwkSetLocation,
        options: RemoteJwkSetOptions,
        fetcher: Box<dyn DocumentFetcher>,
    ) -> Result<Self, ConfigError> {
        let options = options.validate()?;
        let published = watch::Sender::new(Published::default());
        Ok(Self {
            location,
            options,
            fetcher,
            published,
            state: Mutex::default(),
            waiting: Semaphore::new(MAX_WAITING),
        })
    }

    pub(super) fn current(self: &Arc<Self>) -> Option<Arc<JwkSet>> {
        let (set, age) = self
            .published
            .borrow()
            .cached
            .as_ref()
            .map(|cached| (Arc::clone(&cached.set), cached.fetched_at.elapsed()))?;
        if age >= self.options.max_age() {
            self.start_fetch();
        }
        (age < self.options.max_stale()).then_some(set)
    }

    /// Waits until a fetch has brought the key, and otherwise until one that started after this call has finished: 5 s at most.
    ///
    /// Returns whether the issuer has answered since this call, or the key is there. If not, the issuer may have the key:
    /// its answer was not usable, the next fetch is too late, or too many requests wait.
    pub(super) async fn wait_for_key(self: &Arc<Self>, is_available: impl Fn() -> bool) -> bool {
        let deadline = Instant::now() + MAX_WAIT;
        // A running fetch may have read the issuer's set before the key was added.
        let started_before = self.state().started;
        let Ok(_permit): Result<SemaphorePermit<'_>, _> = self.waiting.try_acquire() else { return false };
        let mut published = self.published.subscribe();
        loop {
            let last_fetch = published.borrow_and_update().last_fetch;
            if is_available() {
                return true;
            }
            if let Some(fetch) = last_fetch.filter(|fetch| fetch.number > started_before) {
                return fetch.succeeded;
            }
            let wake_at = match self.start_fetch() {
                NextFetch::Running { abandoned_at } => abandoned_at,
                NextFetch::At(time) if time <= deadline => time,
                NextFetch::At(_) | NextFetch::Never => return false,
            };
            let wake_at = wake_at.min(deadline);
            if timeout_at(wake_at, published.changed()).await.is_err() && wake_at == deadline {
                return is_available();
            }
        }
    }

    pub(super) fn redacted_url(&self) -> String {
        url::redacted(self.location.url())
    }

    pub(super) fn key_count(&self) -> usize {
        self.published.borrow().cached.as_ref().map_or(0, |cached| cached.set.len())
    }

    /// Starts a fetch unless one is running or it is too early for the next one.
    fn start_fetch(self: &Arc<Self>) -> NextFetch {
        let mut state = self.state();
        let now = Instant::now();
        if let Some(abandoned_at) = state.running_since.map(|start| start + ABANDONED_AFTER)
            && now < abandoned_at
        {
            return NextFetch::Running { abandoned_at };
        }
        if let Some(not_before) = state.not_before
            && now < not_before
        {
            return NextFetch::At(not_before);
        }
        let Ok(runtime) = Handle::try_current() else {
            tracing::error!("a JWK Set can only be fetched on a tokio runtime");
            return NextFetch::Never;
        };
        state.started += 1;
        state.running_since = Some(now);
        let number = state.started;
        drop(state);
        // Created outside the task: a runtime that shuts down also drops a task that it never polled.
        let mut fetch = RunningFetch { refresher: Arc::clone(self), number, start: now, result: None };
        runtime.spawn(async move {
            fetch.result = fetch.refresher.fetch().await;
            let refresher = Arc::clone(&fetch.refresher);
            // Publishes the result.
            drop(fetch);
            Refresher::schedule_next_fetch(refresher).await;
        });
        NextFetch::Running { abandoned_at: now + ABANDONED_AFTER }
    }

    fn state(&self) -> MutexGuard<'_, RefreshState> {
        // A poisoned lock is consistent: nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns the fetched set, or `None` after a failure.
    async fn fetch(&self) -> Option<CachedSet> {
        let deadline = Instant::now() + FETCH_TIMEOUT;
        let discovered;
        let jwk_set_url = match &self.location {
            JwkSetLocation::Url(url) => url,
            JwkSetLocation::Discovered(discovery) => {
                discovered = self.discover(discovery, deadline).await?;
                &discovered
            }
        };
        let request = FetchRequest {
            url: jwk_set_url.as_str(),
            accept: "application/jwk-set+json, application/json",
            entity_tag: None,
            max_bytes: JwkSet::MAX_BYTES,
        };
        let url = url::redacted(jwk_set_url);
        let document = match self.fetch_document(request, deadline).await {
            Ok(document) => document,
            Err(problem) => {
                tracing::warn!(%url, %problem, "JWK Set not fetched");
                return None;
            }
        };
        match self.parse(&document) {
            Ok(set) => {
                tracing::debug!(%url, keys = set.len(), "JWK Set fetched");
                Some(CachedSet { set, document, fetched_at: Instant::now() })
            }
            Err(problem) => {
                tracing::warn!(%url, %problem, "JWK Set not usable");
                None
            }
        }
    }

    /// Returns the URL of the set that the issuer's metadata have now, or `None` after a failure.
    async fn discover(&self, discovery: &Discovery, deadline: Instant) -> Option<Url> {
        let request = FetchRequest {
            url: discovery.metadata_url().as_str(),
            accept: "application/json",
            entity_tag: None,
            max_bytes: Discovery::MAX_BYTES,
        };
        let result = self.fetch_document(request, deadline).await.map_err(MetadataError::NotFetched);
        match result.and_then(|document| discovery.parse(&document)) {
            Ok(url) => Some(url),
            Err(problem) => {
                tracing::warn!(url = %self.redacted_url(), %problem, "metadata of the issuer not usable");
                None
            }
        }
    }

    async fn fetch_document(&self, request: FetchRequest<'_>, deadline: Instant) -> Result<Vec<u8>, FetchError> {
        match timeout_at(deadline, self.fetcher.fetch(request)).await.unwrap_or(Err(FetchError::Timeout))? {
            FetchResponse::Document { body, .. } => Ok(body),
            // The request has no entity tag: the answer is a mistake of the issuer.
            FetchResponse::NotModified => Err(FetchError::Status(304)),
        }
    }

    /// Parses the document. An unchanged one keeps the set and its signature cache.
    fn parse(&self, document: &[u8]) -> Result<Arc<JwkSet>, ConfigError> {
        let unchanged = |cached: &CachedSet| (cached.document == document).then(|| Arc::clone(&cached.set));
        if let Some(set) = self.published.borrow().cached.as_ref().and_then(unchanged) {
            return Ok(set);
        }
        let text = str::from_utf8(document).map_err(|_| ConfigError::InvalidJwkSet)?;
        Ok(Arc::new(JwkSet::parse(text)?.with_signature_cache(self.options.cache_capacity())))
    }

    /// Records the end of a fetch and wakes all waiters.
    fn finish(&self, number: u64, start: Instant, result: Option<CachedSet>) {
        let succeeded = result.is_some();
        metrics::record_jwk_set_fetch(|| self.redacted_url(), succeeded);
        let mut state = self.state();
        // Another fetch may have replaced this one after it counted as abandoned.
        if state.started == number {
            state.running_since = None;
            state.failures = if succeeded { 0 } else { state.failures.saturating_add(1) };
            state.not_before = Some(match state.failures {
                0 => after(start, self.options.cooldown()),
                failures => Instant::now() + backoff(failures),
            });
        }
        drop(state);
        self.published.send_modify(|published| {
            // An older answer does not replace a newer one.
            if published.last_fetch.is_none_or(|last| last.number < number) {
                published.last_fetch = Some(FinishedFetch { number, succeeded });
                if result.is_some() {
                    published.cached = result;
                }
            }
        });
    }

    /// Ends a fetch with this number and this set.
    #[cfg(test)]
    pub(super) fn finish_for_test(&self, number: u64, set: Arc<JwkSet>) {
        let now = Instant::now();
        self.finish(number, now, Some(CachedSet { set, document: Vec::new(), fetched_at: now }));
    }

    /// The time of the next fetch without a request: at the maximum age, or as soon as possible after a failure.
    fn next_fetch_at(&self) -> Instant {
        let now = Instant::now();
        let (not_before, has_failed) = {
            let state = self.state();
            (state.not_before.unwrap_or(now), state.failures > 0)
        };
        let fetched_at = self.published.borrow().cached.as_ref().map(|cached| cached.fetched_at);
        match fetched_at {
            Some(fetched_at) if !has_failed => not_before.max(after(fetched_at, self.options.max_age())),
            _ => not_before,
        }
    }

    /// Starts the next fetch when it is due, unless another one finishes first. Stops when the last
    /// [`RemoteJwkSet`](super::RemoteJwkSet) is dropped. So a set is refreshed without requests, and a key that the issuer
    /// removes is rejected from the maximum age on.
    async fn schedule_next_fetch(refresher: Arc<Self>) {
        let due = refresher.next_fetch_at();
        let mut published = refresher.published.subscribe();
        let weak = Arc::downgrade(&refresher);
        drop(refresher);
        published.mark_unchanged();
        let timed_out = timeout_at(due, published.changed()).await.is_err();
        if timed_out && let Some(refresher) = weak.upgrade() {
            refresher.start_fetch();
        }
    }
}

/// The options allow durations that no clock reaches: 30 years stand for those.
fn after(start: Instant, duration: Duration) -> Instant {
    start.checked_add(duration).unwrap_or_else(|| start + Duration::from_secs(30 * 365 * 24 * 3600))
}

fn backoff(failures: u32) -> Duration {
    let doublings = failures.saturating_sub(1).min(16);
    MIN_BACKOFF.saturating_mul(1 << doublings).min(MAX_BACKOFF)
}

/// Records the end of a fetch when it is dropped. Without a result, also if its task is cancelled, the fetch has failed.
struct RunningFetch {
    refresher: Arc<Refresher>,
    number: u64,
    start: Instant,
    result: Option<CachedSet>,
}

impl Drop for RunningFetch {
    fn drop(&mut self) {
        self.refresher.finish(self.number, self.start, self.result.take());
    }
}
