use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Remembers when somebody last stopped waiting for an answer.
///
/// The connection that still owes it goes back to the pool, which waits for it without limit: over a network that
/// swallows packets, until TCP gives up after a quarter of an hour. So for a while after an orphan the pool of
/// PostgreSQL limits that wait; always to do so would cost each statement another round trip.
#[derive(Clone, Debug)]
pub(crate) struct Orphans {
    start: Instant,
    /// Milliseconds after `start`.
    last: Arc<AtomicU64>,
}

const NEVER: u64 = 0;

impl Orphans {
    pub(crate) fn none() -> Self {
        Self { start: Instant::now(), last: Arc::new(AtomicU64::new(NEVER)) }
    }

    pub(crate) fn watch(&self) -> Watch<'_> {
        Watch { orphans: self, answered: false }
    }

    pub(crate) fn within(&self, time: Duration) -> bool {
        match self.last.load(Ordering::Relaxed) {
            NEVER => false,
            last => Duration::from_millis(last) + time > self.start.elapsed(),
        }
    }
}

/// Held while an answer is awaited. Dropped before it came, it counts as an orphan.
pub(crate) struct Watch<'a> {
    orphans: &'a Orphans,
    answered: bool,
}

impl Watch<'_> {
    pub(crate) fn answered(mut self) {
        self.answered = true;
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if !self.answered {
            let now = u64::try_from(self.orphans.start.elapsed().as_millis()).unwrap_or(u64::MAX);
            self.orphans.last.store(now.max(NEVER + 1), Ordering::Relaxed);
        }
    }
}
