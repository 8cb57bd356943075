use std::{io, time::Duration};

use sea_orm::{DatabaseConnection, SqlxPostgresConnector};
use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgConnection, PgPoolOptions},
};
use tokio::time::timeout;

use crate::orphans::Orphans;

/// How long to wait for a connection, in the pool or to the server.
const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection that rested longer is tried before it is used. Trying every one doubles the time of a small read.
const RESTED: Duration = Duration::from_secs(30);
/// How long a connection has to bring the answer that nobody waits for any more.
const OVERDUE: Duration = Duration::from_secs(3);
/// How long after an unanswered statement every connection that comes back is suspect.
const SUSPECT: Duration = Duration::from_mins(1);

pub(crate) async fn open(
    server: &PgConnectOptions,
    max_connections: u32,
    orphans: &Orphans,
) -> Result<DatabaseConnection, sqlx::Error> {
    let server = server
        .clone()
        .application_name("todo-server")
        // No floats here, and a pooler between refuses settings that it does not know.
        .extra_float_digits(None)
        .disable_statement_logging();
    let orphans = orphans.clone();
    let pool = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .before_acquire(|connection, rest| {
            Box::pin(async move {
                if rest.idle_for >= RESTED {
                    connection.ping().await?;
                }
                Ok(true)
            })
        })
        .after_release(move |connection, _| {
            let suspect = orphans.within(SUSPECT);
            Box::pin(async move { if suspect { answers(connection).await } else { Ok(true) } })
        });
    match pool.connect_with(server.clone()).await {
        Ok(pool) => Ok(SqlxPostgresConnector::from_sqlx_postgres_pool(pool)),
        // The pool has kept trying, as a server may be just starting, and forgot why it failed.
        Err(sqlx::Error::PoolTimedOut) => match timeout(ACQUIRE, server.connect()).await {
            Ok(Err(reason)) => Err(reason),
            _ => Err(sqlx::Error::PoolTimedOut),
        },
        Err(error) => Err(error),
    }
}

async fn answers(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    let overdue = |_| io::Error::from(io::ErrorKind::TimedOut);
    timeout(OVERDUE, connection.ping()).await.map_err(overdue)??;
    Ok(true)
}
