use std::{
    io,
    sync::{Mutex, Once},
};

use serde_json::Value;
use tracing_subscriber::EnvFilter;

/// What the driver logs while this lives.
///
/// A thread of its own runs the statements of SQLite, so only a subscriber of the whole process hears of them. One test at
/// a time may use it.
pub(crate) struct Recorder {
    _alone: tokio::sync::MutexGuard<'static, ()>,
}

static ALONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
static EVENTS: Mutex<Vec<Value>> = Mutex::new(Vec::new());
static INSTALLED: Once = Once::new();

impl Recorder {
    pub(crate) async fn start() -> Self {
        let alone = ALONE.lock().await;
        INSTALLED.call_once(|| {
            let sqlx = EnvFilter::new("sqlx=trace");
            tracing_subscriber::fmt().json().with_env_filter(sqlx).with_writer(|| Events).init();
        });
        Self { _alone: alone }
    }

    /// The fields of all events of this target since the last call.
    #[expect(clippy::unused_self, reason = "only who holds the recorder may listen")]
    pub(crate) fn take(&self, target: &str) -> Vec<Value> {
        let events = std::mem::take(&mut *EVENTS.lock().unwrap());
        events.into_iter().filter(|event| event["target"] == target).map(|mut event| event["fields"].take()).collect()
    }
}

/// Gets one event with each write.
struct Events;

impl io::Write for Events {
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        EVENTS.lock().unwrap().push(serde_json::from_slice(event)?);
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
