//! One fetch at a time, and not too often.

use std::sync::{Arc, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::Instant;

use super::{FETCH_TIMEOUT, Loaded, Remote};

/// How long a request waits for a fetch: as long as that may take, and a moment to come and go.
const WAIT: Duration = FETCH_TIMEOUT.saturating_add(Duration::from_secs(1));

#[derive(Default)]
pub(super) struct Flight {
    is_running: bool,
    last_start: Option<Instant>,
}

impl Remote {
    /// Starts a fetch unless one is running or the last began within the cooldown. Tells whether one is running now.
    pub(super) fn start(self: &Arc<Self>) -> bool {
        let mut flight = self.flight();
        let since_start = flight.last_start.map_or(Duration::MAX, |start| start.elapsed());
        // One that took longer was begun on a runtime that nobody drives any more: it will not come back.
        if flight.is_running && since_start < WAIT {
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
        *flight = Flight { is_running: true, last_start: Some(start) };
        drop(flight);
        // Made here: a runtime that ends drops a task that it never polled, too.
        let landing = Landing { remote: Arc::clone(self), start };
        runtime.spawn(async move {
            landing.remote.load().await;
            landing.land_and_wait().await;
        });
        true
    }

    fn flight(&self) -> MutexGuard<'_, Flight> {
        // Nothing can panic between its two writes.
        self.flight.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How long until this set should be fetched again: at its age, or soon if there is none or the last try failed.
    fn next_fetch(&self) -> Duration {
        let until_old = self.age().map_or(Duration::ZERO, |age| self.options.max_age().saturating_sub(age));
        until_old.max(self.options.cooldown())
    }
}

/// Ends a flight, however it ends, and tells all who wait.
struct Landing {
    remote: Arc<Remote>,
    start: Instant,
}

impl Landing {
    /// The set is kept fresh also while nobody asks: a key that the issuer has taken away ends with its age, not with the
    /// next request after it.
    async fn land_and_wait(self) {
        let wait = self.remote.next_fetch();
        let (mut landings, remote) = (self.remote.loaded.subscribe(), Arc::downgrade(&self.remote));
        drop(self);
        landings.mark_unchanged();
        // Whichever fetch ends in the meantime waits for the next one in its turn; and nobody waits when all are gone.
        let is_last = tokio::time::timeout(wait, landings.changed()).await.is_err();
        if is_last && let Some(remote) = remote.upgrade() {
            remote.start();
        }
    }
}

impl Drop for Landing {
    fn drop(&mut self) {
        let mut flight = self.remote.flight();
        // Unless it was given up, and another one flies.
        if flight.last_start == Some(self.start) {
            flight.is_running = false;
        }
        drop(flight);
        self.remote.loaded.send_modify(|_| ());
    }
}

/// The answer to a fetch that is under way.
pub(crate) struct Answer(watch::Receiver<Option<Loaded>>);

impl Answer {
    /// Listens from now on: what lands after this is not missed.
    pub(super) fn of(loaded: &watch::Sender<Option<Loaded>>) -> Self {
        Self(loaded.subscribe())
    }

    /// Waits until it is here, bounded.
    pub(crate) async fn received(mut self) {
        // Whatever came of it: whoever waits looks at the set again.
        let _ = tokio::time::timeout(WAIT, self.0.changed()).await;
    }
}
