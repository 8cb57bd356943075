//! What a test makes the crate log.
//!
//! One subscriber for the whole process, which gives each line to the thread that it comes from. One of a single thread
//! would miss lines: where another thread meets the place that logs first, `tracing` asks that thread's subscriber alone,
//! and keeps its "nobody listens" for everybody.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// What is logged on this thread while this runs.
pub(crate) fn logged(run: impl FnOnce()) -> String {
    static LISTENING: Once = Once::new();
    LISTENING.call_once(|| tracing_subscriber::fmt().with_ansi(false).with_writer(|| ThisThread).init());
    LINES.take();
    run();
    String::from_utf8_lossy(&LINES.take()).into_owned()
}

struct ThisThread;

impl Write for ThisThread {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
