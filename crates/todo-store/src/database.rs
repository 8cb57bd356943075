use std::{pin::Pin, time::Duration};

use sea_orm::{
    DatabaseConnection, DatabaseExecutor, DbBackend, SqliteTransactionMode, SqlxPostgresConnector, TransactionOptions,
    TransactionTrait as _,
};
use tokio::time::timeout;

use crate::{
    DatabaseUrl, ErrorDetail, OpenError, StoreError, connections::Connections, orphans::Orphans, postgres,
    session::Session, sqlite, url::Place,
};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long running statements may take to end at [`Database::close`].
const FAREWELL: Duration = Duration::from_secs(5);

/// An open database. Cloning it is cheap and opens nothing.
#[derive(Clone, Debug)]
pub struct Database {
    writer: DatabaseConnection,
    readers: DatabaseConnection,
    /// Where statements go when it is PostgreSQL.
    postgres: Option<Connections>,
    orphans: Orphans,
}

impl Database {
    /// Opens it. An SQLite file is created when its URL says `mode=rwc`; the schema is the business of `migrations`.
    ///
    /// Up to `max_connections` go to PostgreSQL, and one more as long as migrations run. SQLite has one that writes and at most four that read.
    pub async fn open(url: &DatabaseUrl, max_connections: u32) -> Result<Self, OpenError> {
        let orphans = Orphans::none();
        let sqlite::Opened { writer, readers } = match &url.0 {
            Place::Memory => sqlite::open_memory().await?,
            Place::File { path, create } => sqlite::open_file(path, *create, max_connections).await?,
            Place::Server(server) => {
                let refused = |error| OpenError::Server { server: url.to_string(), source: ErrorDetail::new(error) };
                let postgres::Opened { one, all } =
                    postgres::open(server, max_connections, &orphans).await.map_err(refused)?;
                let one = SqlxPostgresConnector::from_sqlx_postgres_pool(one);
                return Ok(Self { writer: one.clone(), readers: one, postgres: Some(Connections::of(all)), orphans });
            }
        };
        Ok(Self { writer, readers, postgres: None, orphans })
    }

    /// The connection for migrations. Everything else goes through a [`Store`](crate::Store).
    #[must_use]
    pub const fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Waits for running statements, up to five seconds, and closes. An SQLite database is then one file: the last
    /// connection takes the write-ahead log along, and one that writes can only be the last when the readers went first.
    pub async fn close(&self) {
        let closed = timeout(FAREWELL, async {
            if let Some(connections) = &self.postgres {
                connections.close().await;
            }
            // Closing a pool cannot fail.
            let _ = self.readers.close_by_ref().await;
            let _ = self.writer.close_by_ref().await;
        });
        if closed.await.is_err() {
            tracing::warn!("the database was still busy when it was closed");
        }
    }

    /// Whose words it understands.
    pub(crate) fn backend(&self) -> DbBackend {
        self.writer.get_database_backend()
    }

    pub(crate) async fn read<T>(
        &self,
        work: impl AsyncFnOnce(Session<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        let session = match &self.postgres {
            Some(connections) => Session::Postgres(connections),
            None => Session::Sqlite(DatabaseExecutor::Connection(&self.readers)),
        };
        self.within(PATIENCE, Box::pin(work(session))).await
    }

    /// The one place that writes, so that nothing can be acknowledged and lost.
    ///
    /// On SQLite in an immediate transaction: outside of one, a statement that returns a row is over with that row, and
    /// the error of the commit (a full disk) reaches nobody. Immediate, because a transaction that reads first and
    /// then wants to write fails as busy whatever the timeout. On PostgreSQL each statement commits by itself.
    pub(crate) async fn write<T>(
        &self,
        work: impl AsyncFnOnce(Session<'_>) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        if let Some(connections) = &self.postgres {
            return self.within(PATIENCE, Box::pin(work(Session::Postgres(connections)))).await;
        }
        let in_transaction = async {
            let transaction = self.writer.begin_with_options(IMMEDIATE).await?;
            let done = work(Session::Sqlite(DatabaseExecutor::Transaction(&transaction))).await?;
            transaction.commit().await?;
            Ok(done)
        };
        self.within(PATIENCE, Box::pin(in_transaction)).await
    }

    /// Does not wait longer than that.
    ///
    /// The driver's futures take some KB. They stand apart, for a request's future is moved from hand to hand, and would
    /// be copied with them each time, also when it is refused long before it comes here.
    pub(crate) async fn within<T>(
        &self,
        patience: Duration,
        // The order matters when this is dropped: the watch must tell before the work gives its connection back.
        mut work: Pin<Box<impl Future<Output = Result<T, StoreError>>>>,
    ) -> Result<T, StoreError> {
        let watch = self.orphans.watch();
        match timeout(patience, work.as_mut()).await {
            Ok(answer) => {
                watch.answered();
                answer
            }
            Err(_) => Err(StoreError::Unavailable(ErrorDetail::new(format_args!("no answer within {patience:?}")))),
        }
    }
}

const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};
