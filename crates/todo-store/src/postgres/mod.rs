use std::time::Duration;

use sqlx::{
    ConnectOptions as _,
    postgres::{PgConnectOptions, PgPool, PgPoolOptions},
};
use tokio::time::timeout;

mod pool;

pub(crate) use pool::PostgresPool;

/// How long the connection for migrations stays open without use.
const IDLE_TIMEOUT: Duration = Duration::from_secs(5);

/// Two pools of the same server.
pub(crate) struct PostgresPools {
    /// One connection for migrations, closed soon after its last use.
    pub(crate) migrations: PgPool,
    /// The connections for requests. None is open yet.
    pub(crate) requests: PostgresPool,
}

pub(crate) async fn open(server: &PgConnectOptions, max_connections: u32) -> Result<PostgresPools, sqlx::Error> {
    let server = server
        .clone()
        .application_name("todo-server")
        // No column is a float, and a connection pooler rejects start-up parameters that it does not support.
        .extra_float_digits(None)
        .disable_statement_logging();
    let requests = PostgresPool::new(server.clone(), max_connections)?;
    let migrations =
        PgPoolOptions::new().max_connections(1).acquire_timeout(pool::ACQUIRE_TIMEOUT).idle_timeout(IDLE_TIMEOUT);
    match migrations.connect_with(server.clone()).await {
        Ok(migrations) => Ok(PostgresPools { migrations, requests }),
        // The pool retries while a server may be starting, and drops the reason of the failure. One more attempt finds it.
        Err(sqlx::Error::PoolTimedOut) => match timeout(pool::ACQUIRE_TIMEOUT, server.connect()).await {
            Ok(Err(error)) => Err(error),
            _ => Err(sqlx::Error::PoolTimedOut),
        },
        Err(error) => Err(error),
    }
}
