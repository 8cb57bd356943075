//! The refresh of a remote set: one fetch at a time, not more often than the cooldown allows.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::fetcher::{FETCH_TIMEOUT, FetchError, JwkSetFetcher};
use super::options::RemoteJwkSetOptions;
use super::url;
use crate::ConfigError;
use crate::keys::jwk_set::JwkSet;

/// How long a request waits for a refresh: the duration of a fetch, and one second for scheduling.
const REFRESH_WAIT_TIMEOUT: Duration = FETCH_TIMEOUT.saturating_add(Duration::from_secs(1));

/// Fetches a set and keeps the last usable one.
pub(super) struct Refresher {
    url: Url,
    options: RemoteJwkSetOptions,
    fetcher: Box<dyn JwkSetFetcher>,
    /// Borrowed only to clone a pointer. Notified at the end of each fetch.
    cached: watch::Sender<Option<CachedSet>>,
    /// Never locked across an await.
    state: Mutex<RefreshState>,
}

struct CachedSet {
    set: Arc<JwkSet>,
    document: Vec<u8>,
    fetched_at: Instant,
}

#[derive(Default)]
struct RefreshState {
    is_running: bool,
    last_start: Option<Instant>,
}

impl Refresher {
    pub(super) fn new(
        url: Url,
        options: RemoteJwkSetOptions,
        fetcher: Box<dyn JwkSetFetcher>,
    ) -> Result<Self, ConfigError> {
        let options = options.validate()?;
        Ok(Self { url, options, fetcher, cached: watch::Sender::new(None), state: Mutex::default() })
    }

    pub(super) fn current(self: &Arc<Self>) -> Option<Arc<JwkSet>> {
        let (set, age) =
            self.cached.borrow().as_ref().map(|cached| (Arc::clone(&cached.set), cached.fetched_at.elapsed()))?;
        if age >= self.options.max_age() {
            self.start_refresh();
        }
        (age < self.options.max_stale()).then_some(set)
    }

    pub(super) fn request_refresh(self: &Arc<Self>) -> Option<RefreshWaiter> {
        // Subscribes before the start, so that the end of the fetch is not missed.
        let waiter = RefreshWaiter(self.cached.subscribe());
        self.start_refresh().then_some(waiter)
    }

    pub(super) fn redacted_url(&self) -> String {
        url::redacted(&self.url)
    }

    pub(super) fn key_count(&self) -> usize {
        self.cached.borrow().as_ref().map_or(0, |cached| cached.set.len())
    }

    /// Starts a fetch unless one is running or the last one started within the cooldown. Returns whether one is running.
    fn start_refresh(self: &Arc<Self>) -> bool {
        let mut state = self.state();
        let since_start = state.last_start.map_or(Duration::MAX, |start| start.elapsed());
        // A fetch that takes longer was started on a runtime that is no longer driven; it will not finish.
        if state.is_running && since_start < REFRESH_WAIT_TIMEOUT {
            return true;
        }
        if since_start < self.options.cooldown() {
            return false;
        }
        let Ok(runtime) = Handle::try_current() else {
            tracing::error!("a JWK Set can only be fetched on a tokio runtime");
            return false;
        };
        let start = Instant::now();
        *state = RefreshState { is_running: true, last_start: Some(start) };
        drop(state);
        // Created outside the task: a runtime that shuts down also drops a task that it never polled.
        let guard = RefreshGuard { refresher: Arc::clone(self), start };
        runtime.spawn(async move {
            guard.refresher.refresh().await;
            guard.schedule_next_refresh().await;
        });
        true
    }

    fn state(&self) -> MutexGuard<'_, RefreshState> {
        // A poisoned lock is consistent: nothing panics while it is held.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn refresh(&self) {
        let result = tokio::time::timeout(FETCH_TIMEOUT, self.fetcher.fetch(self.url.as_str())).await;
        let url = self.redacted_url();
        match result.unwrap_or(Err(FetchError::Timeout)) {
            Err(problem) => tracing::warn!(%url, %problem, "JWK Set not fetched"),
            Ok(document) => match self.update(document) {
                Err(problem) => tracing::warn!(%url, %problem, "JWK Set not usable"),
                Ok(set) => tracing::debug!(%url, keys = set.len(), "JWK Set fetched"),
            },
        }
    }

    /// Replaces the cached set if the document is usable. An unchanged document keeps the set and its signature cache.
    fn update(&self, document: Vec<u8>) -> Result<Arc<JwkSet>, ConfigError> {
        let unchanged = |cached: &CachedSet| (cached.document == document).then(|| Arc::clone(&cached.set));
        let unchanged = self.cached.borrow().as_ref().and_then(unchanged);
        let set = match unchanged {
            Some(set) => set,
            None => Arc::new(self.parse(&document)?),
        };
        self.cached.send_replace(Some(CachedSet { set: Arc::clone(&set), document, fetched_at: Instant::now() }));
        Ok(set)
    }

    fn parse(&self, document: &[u8]) -> Result<JwkSet, ConfigError> {
        let text = str::from_utf8(document).map_err(|_| ConfigError::InvalidJwkSet)?;
        Ok(JwkSet::parse(text)?.with_signature_cache(self.options.cache_capacity()))
    }

    /// The time until the next refresh: at the maximum age, or after the cooldown without a set or after a failed fetch.
    fn next_refresh(&self) -> Duration {
        let age = self.cached.borrow().as_ref().map(|cached| cached.fetched_at.elapsed());
        let until_max_age = age.map_or(Duration::ZERO, |age| self.options.max_age().saturating_sub(age));
        until_max_age.max(self.options.cooldown())
    }
}

/// Marks the refresh as finished and wakes all waiters when it is dropped, also if the task is cancelled.
struct RefreshGuard {
    refresher: Arc<Refresher>,
    start: Instant,
}

impl RefreshGuard {
    /// Schedules the next refresh unless another refresh finishes first. Stops when the last
    /// [`RemoteJwkSet`](super::RemoteJwkSet) is dropped. So a set is refreshed without requests, and a key that the issuer
    /// removes is rejected from the maximum age on.
    async fn schedule_next_refresh(self) {
        let delay = self.refresher.next_refresh();
        let (mut finished, refresher) = (self.refresher.cached.subscribe(), Arc::downgrade(&self.refresher));
        drop(self);
        finished.mark_unchanged();
        let timed_out = tokio::time::timeout(delay, finished.changed()).await.is_err();
        if timed_out && let Some(refresher) = refresher.upgrade() {
            refresher.start_refresh();
        }
    }
}

impl Drop for RefreshGuard {
    fn drop(&mut self) {
        let mut state = self.refresher.state();
        // Another refresh may have replaced this one after the wait timeout.
        if state.last_start == Some(self.start) {
            state.is_running = false;
        }
        drop(state);
        self.refresher.cached.send_modify(|_| ());
    }
}

/// Waits for the end of a running refresh.
pub(crate) struct RefreshWaiter(watch::Receiver<Option<CachedSet>>);

impl RefreshWaiter {
    /// Returns at the end of the refresh, at the latest after [`REFRESH_WAIT_TIMEOUT`].
    pub(crate) async fn wait(mut self) {
        // The caller reads the set again, whatever the result is.
        let _ = tokio::time::timeout(REFRESH_WAIT_TIMEOUT, self.0.changed()).await;
    }
}
