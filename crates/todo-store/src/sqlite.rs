use std::{fs, io, path::Path, time::Duration};

use sea_orm::{DatabaseConnection, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions as _, Connection as _,
    sqlite::{SqliteConnectOptions, SqlitePool, SqlitePoolOptions, SqliteSynchronous},
};
use tokio::time::{Instant, sleep};

use crate::{ErrorDetail, OpenError, error::is_busy};

/// How long to wait for somebody else who writes the same file.
const BUSY: Duration = Duration::from_secs(5);
/// The write-ahead log is cut back to this many bytes once its content is in the database.
const LOG_BYTES: &str = "16777216";
/// Reading more at once than this gains nothing.
const READERS: u32 = 4;

/// The connection that writes, and those that read.
pub(crate) struct Opened {
    pub(crate) writer: DatabaseConnection,
    pub(crate) readers: DatabaseConnection,
}

pub(crate) async fn open_file(path: &Path, create: bool, max_connections: u32) -> Result<Opened, OpenError> {
    let refused = |said| OpenError::File { path: path.to_owned(), source: said };
    if create {
        create_private(path).map_err(|error| refused(ErrorDetail::new(error)))?;
    }
    let options = connect_options().filename(path);
    let writer = open_writer(&options).await.map_err(|error| refused(ErrorDetail::new(error)))?;
    if journal_mode(&writer).await != "wal" {
        return Err(OpenError::NoWriteAheadLog { path: path.to_owned() });
    }
    empty_log(&writer).await;
    let readers = pool(max_connections.clamp(1, READERS)).connect_with(options.pragma("query_only", "ON")).await;
    Ok(Opened {
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
        readers: SqlxSqliteConnector::from_sqlx_sqlite_pool(readers.map_err(|error| refused(ErrorDetail::new(error)))?),
    })
}

/// A database that lives as long as its only connection, which therefore does everything.
pub(crate) async fn open_memory() -> Result<Opened, OpenError> {
    let options = connect_options().filename(":memory:").in_memory(true);
    let only = pool(1).connect_with(options).await;
    let only = only.map_err(|error| OpenError::File { path: ":memory:".into(), source: ErrorDetail::new(error) })?;
    let only = SqlxSqliteConnector::from_sqlx_sqlite_pool(only);
    Ok(Opened { writer: only.clone(), readers: only })
}

fn connect_options() -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .busy_timeout(BUSY)
        .foreign_keys(true)
        // What was acknowledged survives a power cut, not only a crash.
        .synchronous(SqliteSynchronous::Full)
        .pragma("mmap_size", "0")
        .pragma("journal_size_limit", LOG_BYTES)
        // A page of tasks crosses from the connection's thread without waiting for the reader in between.
        .row_buffer_size(128)
        .disable_statement_logging()
}

/// Connections to a file need no test and no replacement: they stay.
fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .acquire_timeout(BUSY)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
}

/// Exactly one: writers that wait in our queue are served in turn, those that wait in SQLite's are not.
async fn open_writer(options: &SqliteConnectOptions) -> Result<SqlitePool, sqlx::Error> {
    // When a commit fails, on a full disk for instance, SQLite ends the transaction by itself. The driver goes on counting
    // it as open, makes every later one a savepoint within it, and acknowledges what nobody ever commits. Such a
    // connection is replaced.
    let pool = pool(1).before_acquire(|connection, _| {
        let usable = !connection.is_in_transaction();
        Box::pin(async move { Ok(usable) })
    });
    // Switching a new file to write-ahead logging says "busy" at once when another process is about to do the same.
    let give_up = Instant::now() + 2 * BUSY;
    loop {
        match try_open_writer(pool.clone(), options).await {
            Err(error) if is_busy(&error) && Instant::now() < give_up => sleep(Duration::from_millis(20)).await,
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

/// A log that a crash left behind makes every read slower until it is emptied. That can wait when the disk is full.
async fn empty_log(pool: &SqlitePool) {
    if let Err(error) = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").execute(pool).await {
        tracing::warn!(%error, "the write-ahead log could not be emptied");
    }
}

/// A new file is for this user only; SQLite gives its log the same mode.
fn create_private(path: &Path) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
        _ => Ok(()),
    }
}
