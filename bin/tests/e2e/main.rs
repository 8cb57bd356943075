//! The real binary, as an operator and a client meet it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "what a test did not expect fails it")]

mod cli;
mod disk;
mod explain;
mod keys;
mod kill;
mod logs;
mod start;
mod stop;
mod support;
