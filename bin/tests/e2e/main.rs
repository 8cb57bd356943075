//! The built binary, as an operator and a client use it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "an unexpected result fails the test")]

mod cli;
mod explain;
mod full_disk;
mod keys;
mod kill;
mod logs;
mod revocations;
mod security_events;
mod start;
mod stop;
mod support;
