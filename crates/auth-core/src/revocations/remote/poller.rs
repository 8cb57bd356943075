//! The fetches of a remote list, one after the other.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Once, Weak};
use std::time::Duration;

use reqwest::Url;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::task::spawn_blocking;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use super::RemoteRevocationList;
use super::document::{ListError, ListVerifier, SignedList};
use super::options::RemoteRevocationListOptions;
use crate::remote::{DocumentFetcher, FetchError, FetchRequest, FetchResponse, url};
use crate::revocations::RevocationError;
use crate::{AuthenticatedUser, VerifyError};

/// The maximum duration of one fetch, from connecting to the last byte.
pub(super) const FETCH_TIMEOUT: Duration = Duration::from_secs(2);

/// A required list is used for this long without being confirmed.
const REQUIRED_WITHIN: Duration = Duration::from_secs(60);

/// How long [`RemoteRevocationList::prefetch`] waits: a fetch, and one of the keys.
const PREFETCH_TIMEOUT: Duration = Duration::from_secs(10);

/// Fetches a list and keeps the last usable one.
pub(super) struct Poller {
    url: Url,
    verifier: Arc<ListVerifier>,
    options: RemoteRevocationListOptions,
    fetcher: Box<dyn DocumentFetcher>,
    /// Borrowed only for a lookup or to clone a pointer. Notified at the end of each fetch.
    state: watch::Sender<State>,
    is_running: AtomicBool,
    no_runtime: Once,
}

#[derive(Default)]
struct State {
    list: Option<Arc<FetchedList>>,
    /// When the application last answered with a usable list, or that the list has not changed.
    confirmed_at: Option<Instant>,
    /// Whether the last fetch failed.
    is_failing: bool,
}

struct FetchedList {
    list: SignedList,
    entity_tag: Option<String>,
}

/// Why a list was not updated.
#[derive(Clone, Copy, Debug, thiserror::Error)]
enum PollError {
    #[error(transparent)]
    Fetch(#[from] FetchError),
    #[error("the list is not usable: {0}")]
    List(#[from] ListError),
}

impl Poller {
    pub(super) fn new(
        url: Url,
        verifier: ListVerifier,
        options: RemoteRevocationListOptions,
        fetcher: Box<dyn DocumentFetcher>,
    ) -> Self {
        Self {
            url,
            verifier: Arc::new(verifier),
            options,
            fetcher,
            state: watch::Sender::default(),
            is_running: AtomicBool::new(false),
            no_runtime: Once::new(),
        }
    }

    pub(super) fn check(self: &Arc<Self>, user: &AuthenticatedUser) -> Result<(), RevocationError> {
        self.start();
        let state = self.state.borrow();
        if state.list.as_ref().is_some_and(|fetched| fetched.list.table.revokes(user)) {
            return Err(RevocationError::Revoked);
        }
        // The clock is read only if the list is required.
        let is_missing = || state.confirmed_at.is_none_or(|time| time.elapsed() > REQUIRED_WITHIN);
        if self.options.is_required() && is_missing() { Err(RevocationError::Unavailable) } else { Ok(()) }
    }

    pub(super) async fn prefetch(self: &Arc<Self>) -> Result<(), VerifyError> {
        // Subscribes before the start, so that the end of the first fetch is not missed.
        let mut state = self.state.subscribe();
        self.start();
        if state.borrow_and_update().confirmed_at.is_none() {
            // The state is read again, whatever the result is.
            let _ = timeout(PREFETCH_TIMEOUT, state.changed()).await;
        }
        let is_available = state.borrow().confirmed_at.is_some();
        if is_available { Ok(()) } else { Err(VerifyError::RevocationsUnavailable) }
    }

    pub(super) fn len(&self) -> usize {
        self.state.borrow().list.as_ref().map_or(0, |fetched| fetched.list.table.len())
    }

    pub(super) fn age(&self) -> Option<Duration> {
        self.state.borrow().confirmed_at.map(|time| time.elapsed())
    }

    pub(super) fn redacted_url(&self) -> String {
        url::redacted(&self.url)
    }

    /// Starts the fetches unless they are running.
    fn start(self: &Arc<Self>) {
        if self.is_running.load(Ordering::Acquire) {
            return;
        }
        let Ok(runtime) = Handle::try_current() else {
            self.no_runtime.call_once(|| tracing::error!("revocations can only be fetched on a tokio runtime"));
            return;
        };
        if !self.is_running.swap(true, Ordering::AcqRel) {
            // Created outside the task: a runtime that shuts down also drops a task that it never polled.
            let guard = RunningPolls(Arc::downgrade(self));
            runtime.spawn(guard.run(self.options.poll_interval()));
        }
    }

    async fn poll(self: &Arc<Self>) {
        let result = self.fetch().await;
        let url = self.redacted_url();
        let was_failing = self.state.borrow().is_failing;
        match &result {
            Ok(_) if was_failing => tracing::info!(%url, "revocations fetched again"),
            Ok(_) => {}
            Err(problem) if was_failing => tracing::debug!(%url, %problem, "revocations not fetched"),
            Err(problem) => {
                tracing::warn!(%url, %problem, "revocations not fetched; the last list stays in force");
            }
        }
        self.state.send_modify(|state| {
            state.is_failing = result.is_err();
            if let Ok(newer) = result {
                state.confirmed_at = Some(Instant::now());
                if newer.is_some() {
                    state.list = newer;
                }
            }
        });
    }

    /// Returns the list if it is newer than the one in force.
    async fn fetch(self: &Arc<Self>) -> Result<Option<Arc<FetchedList>>, PollError> {
        let current = self.state.borrow().list.clone();
        // An expired list is fetched again, so that an answer from a cache cannot keep it in force.
        let current = current.filter(|fetched| !self.verifier.is_expired(&fetched.list));
        let request = FetchRequest {
            url: self.url.as_str(),
            accept: "application/jwt",
            entity_tag: current.as_ref().and_then(|fetched| fetched.entity_tag.as_deref()),
            max_bytes: RemoteRevocationList::MAX_BYTES,
        };
        let response = timeout(FETCH_TIMEOUT, self.fetcher.fetch(request)).await;
        let (body, entity_tag) = match response.unwrap_or(Err(FetchError::Timeout))? {
            FetchResponse::Document { body, entity_tag } => (Arc::<[u8]>::from(body), entity_tag),
            FetchResponse::NotModified if request.entity_tag.is_some() => return Ok(None),
            FetchResponse::NotModified => return Err(FetchError::Status(304).into()),
        };
        let list = match self.verify(&body).await {
            Err(error) if self.verifier.refresh_keys(error).await => self.verify(&body).await?,
            result => result?,
        };
        let is_older = current.is_some_and(|current| list.issued_at < current.list.issued_at);
        Ok((!is_older).then(|| Arc::new(FetchedList { list, entity_tag })))
    }

    /// Verifies a document on a thread for blocking work: 50,000 entries take some tens of milliseconds.
    async fn verify(&self, body: &Arc<[u8]>) -> Result<SignedList, ListError> {
        let (verifier, body) = (Arc::clone(&self.verifier), Arc::clone(body));
        let result = spawn_blocking(move || verifier.verify(&body)).await;
        // The task is cancelled only when the runtime shuts down, and this one with it.
        result.unwrap_or(Err(ListError::InvalidEntries))
    }
}

/// The task of the fetches. Records its end when it is dropped, also if it is cancelled.
struct RunningPolls(Weak<Poller>);

impl RunningPolls {
    /// Fetches until the last [`RemoteRevocationList`] is dropped.
    async fn run(self, poll_interval: Duration) {
        let mut ticks = interval(poll_interval);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let Some(poller) = self.0.upgrade() else { return };
            poller.poll().await;
        }
    }
}

impl Drop for RunningPolls {
    fn drop(&mut self) {
        if let Some(poller) = self.0.upgrade() {
            poller.is_running.store(false, Ordering::Release);
        }
    }
}
