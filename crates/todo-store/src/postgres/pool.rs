use std::{fmt, io, sync::Arc, time::Duration};

use deadpool::{
    Runtime,
    managed::{self, Metrics, Object, Pool, PoolError, QueueMode, RecycleError, RecycleResult, Timeouts},
};
use futures_util::TryStreamExt as _;
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, RuntimeErr, Statement,
    prelude::async_trait, sea_query::Values,
};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Connection as _, Executor as _, Postgres,
    postgres::{PgConnectOptions, PgConnection},
    query::Query,
};
use tokio::time::sleep;

use crate::transient::is_transient;

/// Time to wait for a free connection, and time to open one.
pub(super) const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(5);
/// Time to wait for the answer to a ping.
const RECYCLE_TIMEOUT: Duration = Duration::from_secs(3);
/// A connection that was not used for this long is pinged before use.
const PING_AFTER_IDLE: Duration = Duration::from_secs(30);
/// An older connection is replaced: the memory of its server process grows with the plans it has cached.
const MAX_LIFETIME: Duration = Duration::from_mins(30);
/// Time between two attempts to connect to a server that is starting.
const CONNECT_RETRY_INTERVAL: Duration = Duration::from_millis(100);
/// Time between two checks whether all connections are returned to a closed pool.
const CLOSE_POLL_INTERVAL: Duration = Duration::from_millis(10);

/// The connections that serve requests.
///
/// sqlx's own pool pings each connection that is returned to it: one extra round trip per statement. This one does not. It
/// discards a connection whose last query failed or was cancelled, and pings one that has been idle for 30 s.
///
/// Each statement commits by itself. Its answer is read to the end, because PostgreSQL reports a failed commit after the
/// rows.
#[derive(Clone)]
pub(crate) struct PostgresPool(Pool<Manager>);

struct Manager {
    options: PgConnectOptions,
}

pub(crate) struct PooledConnection {
    connection: PgConnection,
    /// Set while the answer to a query is outstanding. A cancelled query leaves it set.
    is_awaiting_answer: bool,
}

impl managed::Manager for Manager {
    type Type = PooledConnection;
    type Error = sqlx::Error;

    /// Retries while the server is starting, until the pool's timeout.
    async fn create(&self) -> Result<PooledConnection, sqlx::Error> {
        loop {
            match PgConnection::connect_with(&self.options).await {
                Ok(connection) => return Ok(PooledConnection { connection, is_awaiting_answer: false }),
                Err(sqlx::Error::Io(error)) if error.kind() == io::ErrorKind::ConnectionRefused => {}
                Err(sqlx::Error::Database(error)) if error.is_transient_in_connect_phase() => {}
                Err(error) => return Err(error),
            }
            sleep(CONNECT_RETRY_INTERVAL).await;
        }
    }

    async fn recycle(&self, pooled: &mut PooledConnection, metrics: &Metrics) -> RecycleResult<sqlx::Error> {
        if pooled.is_awaiting_answer {
            return Err(RecycleError::message("its last query was cancelled"));
        }
        if metrics.age() >= MAX_LIFETIME {
            return Err(RecycleError::message("it has reached its maximum lifetime"));
        }
        if metrics.last_used() >= PING_AFTER_IDLE {
            pooled.connection.ping().await?;
        }
        Ok(())
    }
}

impl PostgresPool {
    /// Opens no connection yet.
    pub(super) fn new(options: PgConnectOptions, max_connections: u32) -> Result<Self, sqlx::Error> {
        let pool = Pool::builder(Manager { options })
            .max_size(max_connections.max(1) as usize)
            // The connection that was used last is used next, so that its caches are warm and the others become idle.
            .queue_mode(QueueMode::Lifo)
            .timeouts(Timeouts {
                wait: Some(ACQUIRE_TIMEOUT),
                create: Some(ACQUIRE_TIMEOUT),
                recycle: Some(RECYCLE_TIMEOUT),
            })
            .runtime(Runtime::Tokio1)
            .build();
        Ok(Self(pool.map_err(sqlx::Error::config)?))
    }

    /// Closes idle connections at once and waits until those in use are returned.
    pub(crate) async fn close(&self) {
        let idle = self.0.retain(|_, _| false).removed;
        self.0.close();
        for pooled in idle {
            // The connection is gone in either case.
            let _ = pooled.connection.close().await;
        }
        while self.0.status().size + self.0.status().waiting > 0 {
            sleep(CLOSE_POLL_INTERVAL).await;
        }
    }

    /// Passes the rows of a statement to `on_row` until it returns `false`. The rows behind it are read and dropped, because
    /// the answer is read to its end.
    pub(crate) async fn read_rows(
        &self,
        select: Statement,
        mut on_row: impl FnMut(QueryResult) -> Result<bool, DbErr>,
    ) -> Result<(), DbErr> {
        let read = async |connection: &mut PgConnection| {
            let mut rows = prepared(select).fetch(connection);
            let mut result = Ok(true);
            while let Some(row) = rows.try_next().await? {
                if matches!(result, Ok(true)) {
                    result = on_row(row.into());
                }
            }
            Ok(result)
        };
        self.run(read).await?.map(drop)
    }

    async fn run<T>(&self, query: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>) -> Result<T, DbErr> {
        let mut pooled = self.0.get().await.map_err(acquire_error)?;
        pooled.is_awaiting_answer = true;
        match query(&mut pooled.connection).await {
            Ok(answer) => {
                pooled.is_awaiting_answer = false;
                Ok(answer)
            }
            Err(error) => {
                drop(Object::take(pooled));
                let error = DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)));
                // If one connection is broken the others may be broken as well, and each would fail one request.
                if is_transient(&error) {
                    self.0.retain(|_, _| false);
                }
                Err(error)
            }
        }
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for PostgresPool {
    fn get_database_backend(&self) -> DbBackend {
        DbBackend::Postgres
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.run(async |connection| prepared(statement).execute(connection).await).await.map(ExecResult::from)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let sql = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        self.run(async |connection| connection.execute(sql).await).await.map(ExecResult::from)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        Ok(self.query_all_raw(statement).await?.into_iter().next())
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let rows = self.run(async |connection| prepared(statement).fetch_all(connection).await).await?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }
}

impl fmt::Debug for PostgresPool {
    /// Without the connection options, which contain the password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PostgresPool").field(&self.0.status()).finish()
    }
}

/// Each connection prepares a statement once and finds it again by its text.
fn prepared(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
    sqlx::query_with(AssertSqlSafe(statement.sql), values)
}

fn acquire_error(error: PoolError<sqlx::Error>) -> DbErr {
    match error {
        PoolError::Backend(error) => DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))),
        PoolError::Closed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        _ => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
    }
}
