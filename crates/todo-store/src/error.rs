use std::fmt;

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use sqlx::{error::DatabaseError, sqlite::SqliteError};

/// Why the store did not do what it was asked. The message is safe to log: it never holds a row's content.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The owner has no such task: it was never added, is deleted, or belongs to somebody else. Nobody can tell which.
    #[error("no such task")]
    NotFound,
    /// The task has none of the expected versions (RFC 9110 §13.1.1). Nothing changed.
    #[error("the task changed meanwhile")]
    VersionMismatch,
    /// The key already stands for a request with another content. Nothing changed.
    #[error("the idempotency key stands for another request")]
    IdempotencyKeyReused,
    /// The database cannot do it now; later it may. A change may have been made nevertheless when the answer got lost.
    #[error("the database is not available")]
    Unavailable(#[source] ErrorDetail),
    /// What cannot happen while schema and program fit together.
    #[error("the database and the program do not fit together")]
    Internal(#[source] ErrorDetail),
}

/// What the database or its driver said. One line, without the rows that PostgreSQL adds in its details, in `Debug` too.
#[derive(Clone, Eq, PartialEq, thiserror::Error)]
#[error("{0}")]
pub struct ErrorDetail(String);

impl ErrorDetail {
    pub(crate) fn new(said: impl fmt::Display) -> Self {
        Self(said.to_string())
    }
}

impl fmt::Debug for ErrorDetail {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(out)
    }
}

impl StoreError {
    /// An insert that succeeded gives its row back: always.
    pub(crate) fn no_row() -> Self {
        Self::Internal(ErrorDetail::new("an insert returned no row"))
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        let cause = ErrorDetail::new(&error);
        if may_pass(&error) { Self::Unavailable(cause) } else { Self::Internal(cause) }
    }
}

impl From<SqlxError> for StoreError {
    fn from(error: SqlxError) -> Self {
        let cause = ErrorDetail::new(&error);
        if driver_may_recover(&error) { Self::Unavailable(cause) } else { Self::Internal(cause) }
    }
}

fn may_pass(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            driver_may_recover(error)
        }
        _ => false,
    }
}

fn driver_may_recover(error: &SqlxError) -> bool {
    match error {
        SqlxError::Database(error) => passes(&**error),
        SqlxError::Io(_)
        | SqlxError::Tls(_)
        | SqlxError::Protocol(_)
        | SqlxError::PoolTimedOut
        | SqlxError::PoolClosed
        | SqlxError::WorkerCrashed
        | SqlxError::BeginFailed => true,
        _ => false,
    }
}

fn passes(error: &dyn DatabaseError) -> bool {
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return matches!(sqlite_code(error), BUSY | LOCKED | NOMEM | READONLY | INTERRUPT | IOERR | FULL | CANTOPEN);
    }
    let code = error.code().unwrap_or_default();
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    match code.get(..2).unwrap_or_default() {
        // connection lost; login refused; serialization or deadlock; out of disk, memory or connections; the server
        // stops, starts or cancels; the disk fails
        "08" | "28" | "40" | "53" | "57" | "58" => true,
        // the database is gone (a restore); a standby that is read-only; a lock not to be had
        _ => matches!(&*code, "3D000" | "25006" | "55P03"),
    }
}

/// Whether somebody else holds the SQLite file for the moment.
pub(crate) fn is_busy(error: &SqlxError) -> bool {
    matches!(error, SqlxError::Database(error) if matches!(sqlite_code(&**error), BUSY | LOCKED))
}

/// The primary result code: the low byte of the extended one (<https://sqlite.org/rescode.html>).
fn sqlite_code(error: &dyn DatabaseError) -> u32 {
    error.code().and_then(|code| code.parse::<u32>().ok()).unwrap_or_default() & 0xff
}

const BUSY: u32 = 5;
const LOCKED: u32 = 6;
const NOMEM: u32 = 7;
const READONLY: u32 = 8;
const INTERRUPT: u32 = 9;
const IOERR: u32 = 10;
const FULL: u32 = 13;
const CANTOPEN: u32 = 14;
