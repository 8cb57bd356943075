use std::{pin::Pin, sync::Arc, time::Duration};

use sea_orm::{
    DatabaseConnection, DatabaseExecutor, DbBackend, DbErr, QueryResult, SqliteTransactionMode, SqlxPostgresConnector,
    Statement, TransactionOptions, TransactionTrait as _,
};
use todo_domain::OwnerId;
use tokio::{sync::SemaphorePermit, time::timeout};

use crate::{
    database_url::{DatabaseUrl, Target},
    error::{ErrorDetail, OpenError, StoreError},
    executor::Executor,
    owner_share::{OwnerShare, OwnerShares},
    postgres::{self, PostgresPool, PostgresPools},
    sqlite::{self, SqliteConnections},
};

/// Maximum duration of one store operation.
const QUERY_TIMEOUT: Duration = Duration::from_secs(10);
/// Time given to running statements in [`Database::close`].
const CLOSE_TIMEOUT: Duration = Duration::from_secs(5);

/// One owner may use this part of PostgreSQL's pool at a time, at least one connection.
const OWNER_PART_OF_POOL: u32 = 4;
/// Reads on an SQLite file that one owner may have in progress, of up to four. Writes: one.
const OWNER_READS: usize = 2;

/// An open database. A clone shares its connections.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    /// The pool for all statements but migrations, if the database is PostgreSQL.
    postgres: Option<PostgresPool>,
    owner_shares: Arc<OwnerShares>,
    /// The share of the owner whose operations these are. `None` for operations of the service itself.
    owner_share: Option<OwnerShare>,
}

impl Database {
    /// Opens the database. Creates an SQLite file if the URL has `mode=rwc`. Does not create or change the schema: run
    /// the migrations with [`Database::writer`].
    ///
    /// `max_connections` is the size of PostgreSQL's pool (at least 1); migrations use one more connection. SQLite has one
    /// connection for writing and `max_connections`, at least 1 and at most 4, for reading.
    pub async fn open(url: &DatabaseUrl, max_connections: u32) -> Result<Self, OpenError> {
        let (SqliteConnections { writer, readers }, owner_shares) = match url.target() {
            Target::Memory => (sqlite::open_memory().await?, OwnerShares::shared(1)),
            Target::File { path, create } => {
                (sqlite::open_file(path, *create, max_connections).await?, OwnerShares::separate(OWNER_READS, 1))
            }
            Target::Server(server) => {
                let open_error = |error| OpenError::Server { server: url.to_string(), source: ErrorDetail::new(error) };
                let PostgresPools { migrations, requests } =
                    postgres::open(server, max_connections).await.map_err(open_error)?;
                let writer = SqlxPostgresConnector::from_sqlx_postgres_pool(migrations);
                let operations = max_connections.div_ceil(OWNER_PART_OF_POOL).max(1);
                let owner_shares = OwnerShares::shared(usize::try_from(operations).unwrap_or(1));
                let readers = writer.clone();
                return Ok(Self { writer, readers, postgres: Some(requests), owner_shares, owner_share: None });
            }
        };
        Ok(Self { writer, readers, postgres: None, owner_shares, owner_share: None })
    }

    /// The same database, for operations of one owner: they wait while too many others of that owner are in progress.
    pub(crate) fn of_owner(&self, owner: &OwnerId) -> Self {
        Self { owner_share: Some(self.owner_shares.of_owner(owner)), ..self.clone() }
    }

    /// The connection for migrations. Use a [`Store`](crate::Store) for everything else.
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Waits up to 5 s for running statements, then closes all connections. An SQLite database is one file afterwards:
    /// the last connection removes the write-ahead log, and only the writer can, so the readers are closed first.
    pub async fn close(&self) {
        let closed = timeout(CLOSE_TIMEOUT, async {
            if let Some(pool) = &self.postgres {
                pool.close().await;
            }
            // Closing a pool cannot fail.
            let _ = self.readers.close_by_ref().await;
            let _ = self.writer.close_by_ref().await;
        });
        if closed.await.is_err() {
            tracing::warn!("the database was still busy when it was closed");
        }
    }

    pub(crate) fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    pub(crate) async fn read<T>(
        &self,
        operation: impl AsyncFnOnce(Executor<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _permit = self.acquire_read().await?;
        let executor = match &self.postgres {
            Some(pool) => Executor::Postgres(pool),
            None => Executor::Sqlite(DatabaseExecutor::Connection(&self.readers)),
        };
        with_timeout(QUERY_TIMEOUT, Box::pin(operation(executor))).await
    }

    /// Passes the rows of a statement to `on_row`, one after the other, until it returns `false`. The rows are not collected:
    /// of a large result only what `on_row` keeps is in memory.
    pub(crate) async fn read_rows(
        &self,
        select: Statement,
        on_row: impl FnMut(QueryResult) -> Result<bool, DbErr>,
    ) -> Result<(), StoreError> {
        let _permit = self.acquire_read().await?;
        let read = async {
            match &self.postgres {
                Some(pool) => pool.read_rows(select, on_row).await?,
                None => sqlite::read_rows(self.readers.get_sqlite_connection_pool(), select, on_row).await?,
            }
            Ok(())
        };
        with_timeout(QUERY_TIMEOUT, Box::pin(read)).await
    }

    async fn acquire_read(&self) -> Result<Option<SemaphorePermit<'_>>, StoreError> {
        match &self.owner_share {
            Some(share) => share.acquire_read().await.map(Some),
            None => Ok(None),
        }
    }

    async fn acquire_write(&self) -> Result<Option<SemaphorePermit<'_>>, StoreError> {
        match &self.owner_share {
            Some(share) => share.acquire_write().await.map(Some),
            None => Ok(None),
        }
    }

    /// Runs an operation that writes.
    ///
    /// On SQLite in an immediate transaction. Outside of a transaction a statement that returns a row ends with that row,
    /// and an error of its commit (a full disk) is not reported. A deferred transaction that reads before it writes fails
    /// as busy whatever the timeout is. On PostgreSQL each statement commits by itself.
    pub(crate) async fn write<T>(
        &self,
        operation: impl AsyncFnOnce(Executor<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.write_within(QUERY_TIMEOUT, operation).await
    }

    /// As [`Self::write`], with another maximum duration.
    pub(crate) async fn write_within<T>(
        &self,
        duration: Duration,
        operation: impl AsyncFnOnce(Executor<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let _permit = self.acquire_write().await?;
        if let Some(pool) = &self.postgres {
            return with_timeout(duration, Box::pin(operation(Executor::Postgres(pool)))).await;
        }
        let in_transaction = async {
            let transaction = self.writer.begin_with_options(IMMEDIATE).await?;
            let value = operation(Executor::Sqlite(DatabaseExecutor::Transaction(&transaction))).await?;
            transaction.commit().await?;
            Ok(value)
        };
        with_timeout(duration, Box::pin(in_transaction)).await
    }
}

/// Returns [`StoreError::Unavailable`] if the operation takes longer.
///
/// The driver's futures take some KB. They are boxed because the future of a request is moved several times, and would be
/// copied with them even if the request is rejected before it uses the store.
pub(crate) async fn with_timeout<T>(
    duration: Duration,
    operation: Pin<Box<impl Future<Output = Result<T, StoreError>>>>,
) -> Result<T, StoreError> {
    let elapsed = |_| StoreError::Unavailable(ErrorDetail::new(format_args!("no answer within {duration:?}")));
    timeout(duration, operation).await.map_err(elapsed)?
}

const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

#[cfg(test)]
mod tests {
    use super::*;

    async fn database_of_ann(url: &str) -> Database {
        #[expect(clippy::disallowed_methods, reason = "a test has no token")]
        let ann = OwnerId::from_verified("ann").unwrap();
        Database::open(&url.parse().unwrap(), 16).await.unwrap().of_owner(&ann)
    }

    async fn assert_no_further_read(ann: &Database) {
        assert!(timeout(Duration::ZERO, ann.acquire_read()).await.is_err(), "a further read");
    }

    async fn assert_no_further_write(ann: &Database) {
        assert!(timeout(Duration::ZERO, ann.acquire_write()).await.is_err(), "a further write");
    }

    #[tokio::test]
    async fn owner_has_two_reads_and_one_write_of_a_file() {
        let path = std::env::temp_dir().join(format!("todo-owner-share-{}.db", std::process::id()));
        let ann = database_of_ann(&format!("sqlite://{}?mode=rwc", path.display())).await;
        let _reads = (ann.acquire_read().await.unwrap(), ann.acquire_read().await.unwrap());
        let _write = ann.acquire_write().await.unwrap();
        assert_no_further_read(&ann).await;
        assert_no_further_write(&ann).await;
        ann.close().await;
        std::fs::remove_file(path).unwrap();
    }

    #[tokio::test]
    async fn owner_has_one_operation_of_a_database_in_memory() {
        let ann = database_of_ann("sqlite::memory:").await;
        let _read = ann.acquire_read().await.unwrap();
        assert_no_further_read(&ann).await;
        assert_no_further_write(&ann).await;
    }
}
