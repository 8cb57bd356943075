//! Each statement that the store sends finds its rows through the index that is meant for it, and sorts nothing.
//!
//! The store is used as always, and each database says how it found the rows: no SQL is repeated here, so no statement can
//! change without being looked at again.

#![expect(clippy::unwrap_used, reason = "a test fails where it fails")]

mod explained;
mod filled;
mod lost_index;
mod postgres;
mod recorder;
mod sqlite;
mod statements;
