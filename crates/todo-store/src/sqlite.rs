use std::{fs, io, path::Path, sync::Arc, time::Duration};

use futures_util::TryStreamExt as _;
use sea_orm::{DatabaseConnection, DbErr, QueryResult, RuntimeErr, SqlxSqliteConnector, Statement, sea_query::Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, ConnectOptions as _, Connection as _,
    sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::{Instant, sleep};

use crate::{
    error::{ErrorDetail, OpenError},
    transient::is_busy,
};

/// Time to wait for another connection's lock on the file, and for a connection of a pool.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// Time between two attempts to enable the write-ahead log.
const BUSY_RETRY_INTERVAL: Duration = Duration::from_millis(20);
/// The write-ahead log is truncated to this many bytes after a checkpoint.
const MAX_WAL_BYTES: &str = "16777216";
/// More readers than this do not increase the throughput.
const MAX_READERS: u32 = 4;

/// The connection for writing, and those for reading.
pub(crate) struct SqliteConnections {
    pub(crate) writer: DatabaseConnection,
    pub(crate) readers: DatabaseConnection,
}

pub(crate) async fn open_file(path: &Path, create: bool, max_connections: u32) -> Result<SqliteConnections, OpenError> {
    let open_error = |error| OpenError::File { path: path.to_owned(), source: error };
    if create {
        create_private_file(path).map_err(|error| open_error(ErrorDetail::new(error)))?;
    }
    let options = connect_options().filename(path);
    let writer = open_writer(&options).await.map_err(|error| open_error(ErrorDetail::new(error)))?;
    if journal_mode(&writer).await != "wal" {
        return Err(OpenError::NoWriteAheadLog { path: path.to_owned() });
    }
    checkpoint_wal(&writer).await;
    let readers = pool(max_connections.clamp(1, MAX_READERS)).connect_with(options.pragma("query_only", "ON")).await;
    Ok(SqliteConnections {
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(
            readers.map_err(|error| open_error(ErrorDetail::new(error)))?,
        ),
    })
}

/// A database in memory exists as long as its connection, so one connection reads and writes.
pub(crate) async fn open_memory() -> Result<SqliteConnections, OpenError> {
    let options = connect_options().filename(":memory:").in_memory(true);
    let pool = pool(1).connect_with(options).await;
    let pool = pool.map_err(|error| OpenError::File { path: ":memory:".into(), source: ErrorDetail::new(error) })?;
    let connection = SqlxSqliteConnector::from_sqlx_sqlite_pool(pool);
    Ok(SqliteConnections { writer: connection.clone(), readers: connection })
}

/// Passes the rows of a statement to `on_row` until it returns `false`. The connection's thread reads no more than the row
/// buffer ahead, and stops when this function returns.
pub(crate) async fn read_rows(
    readers: &SqlitePool,
    select: Statement,
    mut on_row: impl FnMut(QueryResult) -> Result<bool, DbErr>,
) -> Result<(), DbErr> {
    let query_error = |error| DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)));
    let mut connection = readers.acquire().await.map_err(query_error)?;
    let values = SqlxValues(select.values.unwrap_or(Values(Vec::new())));
    let mut rows = sqlx::query_with(AssertSqlSafe(select.sql), values).fetch(&mut *connection);
    while let Some(row) = rows.try_next().await.map_err(query_error)? {
        if !on_row(row.into())? {
            break;
        }
    }
    Ok(())
}

fn connect_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY_TIMEOUT)
        .foreign_keys(true)
        // A committed transaction survives a power failure, not only a crash of the process.
        .synchronous(SqliteSynchronous::Full)
        .pragma("mmap_size", "0")
        .pragma("journal_size_limit", MAX_WAL_BYTES)
        // The connection's thread sends a page of tasks without waiting for the receiver in between.
        .row_buffer_size(128)
        .disable_statement_logging()
}

/// Connections to a file do not break, so they are neither tested nor replaced.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Opens one connection: writers that wait in the pool's queue are served in order, those that wait for SQLite's lock are
/// not.
async fn open_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    // When a commit fails, for instance on a full disk, SQLite ends the transaction. The driver still counts it as open,
    // starts every later transaction as a savepoint within it, and reports changes as committed that are not. Such a
    // connection is replaced.
    let pool = pool(1).before_acquire(|connection, _| {
        let usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(usable) })
    });
    // Switching a new file to write-ahead logging fails as busy, without waiting, while another process does the same.
    let deadline = Instant::now() + 2 * BUSY_TIMEOUT;
    loop {
        match try_open_writer(pool.clone(), options).await {
            Err(error) if is_busy(&error) && Instant::now() < deadline => sleep(BUSY_RETRY_INTERVAL).await,
            result => return result,
        }
    }
}

async fn try_open_writer(pool: SqlitePoolOptions, options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    let pool = pool.connect_with(options.clone()).await?;
    sqlx::query("PRAGMA journal_mode = WAL").execute(&pool).await?;
    Ok(pool)
}

async fn journal_mode(pool: &SqlitePool) -> String {
    sqlx::query_scalar("PRAGMA journal_mode").fetch_one(pool).await.unwrap_or_default()
}

/// Moves a write-ahead log that a crash left into the database, because it makes every read slower. Not an error on a
/// full disk: the next start tries again.
async fn checkpoint_wal(pool: &SqlitePool) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await {
        tracing::warn!(%error, "the write-ahead log could not be emptied");
    }
}

/// Creates the file with mode 0600, if it does not exist. SQLite creates its log with the same mode.
fn create_private_file(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
