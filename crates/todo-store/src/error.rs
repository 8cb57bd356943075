use std::{fmt, io, path::PathBuf};

use sea_orm::DbErr;

use crate::transient::is_transient;

/// An error of a store operation. The message is safe to log: it contains no content of a row.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The owner has no such task: it never existed, was deleted, or belongs to another owner. The cases are not
    /// distinguished.
    #[error("no such task")]
    NotFound,
    /// The task has none of the versions in the condition (RFC 9110 §13.1.1). Nothing was changed.
    #[error("the task changed meanwhile")]
    VersionMismatch,
    /// The idempotency key was used for a request with different content. Nothing was changed.
    #[error("the idempotency key stands for another request")]
    IdempotencyKeyReused,
    /// A transient error: the database cannot be reached, is busy, full or read-only, or did not answer in time. If the
    /// answer was lost, the change may have been made.
    #[error("the database is not available")]
    Unavailable(#[source] ErrorDetail),
    /// Any other error of the database, such as a missing table: schema and program do not match.
    #[error("the database and the program do not fit together")]
    Internal(#[source] ErrorDetail),
}

/// The message of a database, a driver or an operating system: one line, without the row content that PostgreSQL adds as
/// `DETAIL`. `Debug` prints the same as `Display`.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct ErrorDetail(String);

impl ErrorDetail {
    pub(crate) fn new(message: impl fmt::Display) -> Self {
        Self(message.to_string())
    }
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl StoreError {
    /// A successful insert always returns its row.
    pub(crate) fn missing_row() -> Self {
        Self::Internal(ErrorDetail::new("an insert returned no row"))
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let detail = ErrorDetail::new(&error);
        if is_transient(&error) { Self::Unavailable(detail) } else { Self::Internal(detail) }
    }
}

/// An error of [`Database::open`](crate::Database::open). The message states the fix and never contains a password.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory of an SQLite file does not exist and cannot be created.
    #[error("cannot make the directory {path:?}; let this user write there, or name another place in the database URL")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// The operating system's error.
        source: io::Error,
    },
    /// The SQLite file cannot be opened, or is not a database.
    #[error(
        "cannot open the database file {path:?}; this user must be able to write it and its directory, \
        and with ?mode=rwc in the database URL it is created when missing"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// The error of SQLite or the operating system.
        source: ErrorDetail,
    },
    /// The file system does not support SQLite's write-ahead log, as most network file systems do not.
    #[error("the file system of {path:?} cannot keep a write-ahead log; move the database to a local disk")]
    NoWriteAheadLog {
        /// The file.
        path: PathBuf,
    },
    /// No connection to the PostgreSQL server.
    #[error("cannot connect to {server}; is it running, and are user, password and database right?")]
    Server {
        /// The server's URL without the password.
        server: String,
        /// The error of the server or the network.
        source: ErrorDetail,
    },
}
