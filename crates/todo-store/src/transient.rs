//! Which errors of a database or its driver may be gone at the next attempt.

use sea_orm::{DbErr, RuntimeErr, SqlxError};
use sqlx::{error::DatabaseError, sqlite::SqliteError};

pub(crate) fn is_transient(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => true,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            is_transient_driver_error(error)
        }
        _ => false,
    }
}

/// Whether another connection holds a lock on the SQLite file.
pub(crate) fn is_busy(error: &SqlxError) -> bool {
    matches!(error, SqlxError::Database(error) if matches!(primary_result_code(&**error), BUSY | LOCKED))
}

fn is_transient_driver_error(error: &SqlxError) -> bool {
    match error {
        SqlxError::Database(error) => is_transient_database_error(&**error),
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

fn is_transient_database_error(error: &dyn DatabaseError) -> bool {
    if error.try_downcast_ref::<SqliteError>().is_some() {
        return matches!(
            primary_result_code(error),
            BUSY | LOCKED | NOMEM | READONLY | INTERRUPT | IOERR | FULL | CANTOPEN
        );
    }
    let code = error.code().unwrap_or_default();
    // https://www.postgresql.org/docs/current/errcodes-appendix.html
    match code.get(..2).unwrap_or_default() {
        // connection exception; invalid authorization; transaction rollback (serialization, deadlock); insufficient
        // resources; operator intervention (shutdown, start, cancel); system error
        "08" | "28" | "40" | "53" | "57" | "58" => true,
        // invalid catalog name (a database that is being restored); read-only transaction (a standby); lock not available
        _ => matches!(&*code, "3D000" | "25006" | "55P03"),
    }
}

/// The low byte of SQLite's extended result code (<https://sqlite.org/rescode.html>).
fn primary_result_code(error: &dyn DatabaseError) -> u32 {
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
