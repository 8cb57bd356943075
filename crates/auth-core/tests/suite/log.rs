//! Captures log output.
//!
//! One subscriber for the whole process stores each line for the thread that logs it. A subscriber of one thread would miss
//! lines: `tracing` caches the interest of the first thread that reaches a call site for all threads.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Once;

thread_local! {
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Returns what is logged on this thread while `operation` runs.
pub(crate) fn capture_log(operation: impl FnOnce()) -> String {
    static INITIALIZED: Once = Once::new();
    INITIALIZED.call_once(|| {
        tracing_subscriber::fmt()
            .with_env_filter("info,auth_core::adapters=debug")
            .with_ansi(false)
            .with_writer(|| ThreadLog)
            .init();
    });
    LINES.take();
    operation();
    String::from_utf8_lossy(&LINES.take()).into_owned()
}

struct ThreadLog;

impl Write for ThreadLog {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.write(bytes))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
