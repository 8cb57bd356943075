use std::{io, time::Duration};

use sqlx::{
    ConnectOptions as _, Connection as _,
    postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions},
};
use tokio::time::timeout;

use crate::{connections::ACQUIRE, orphans::Orphans};

/// How long the connection for migrations stays when nobody uses it.
const IDLE: Duration = Duration::from_secs(5);
/// How long a connection has to bring the answer that nobody waits for any more.
const OVERDUE: Duration = Duration::from_secs(3);
/// How long after an unanswered statement every connection that comes back is suspect.
const SUSPECT: Duration = Duration::from_mins(1);

/// Ways to the same server.
pub(crate) struct Opened {
    /// A connection for migrations, closed soon after its last use. It belongs to the runtime that starts the service;
    /// to those that serve it would be slow.
    pub(crate) one: PgPool,
    /// Those of the runtimes that serve. None is open yet.
    pub(crate) all: PgPool,
}

pub(crate) async fn open(
    server: &PgConnectOptions,
    max_connections: u32,
    orphans: &Orphans,
) -> Result<Opened, sqlx::Error> {
    let server = server
        .clone()
        .application_name("todo-server")
        // No floats here, and a pooler between refuses settings that it does not know.
        .extra_float_digits(None)
        .disable_statement_logging();
    let orphans = orphans.clone();
    let all = PgPoolOptions::new()
        .max_connections(max_connections.max(1))
        .acquire_timeout(ACQUIRE)
        .test_before_acquire(false)
        .after_release(move |connection, _| {
            let suspect = orphans.within(SUSPECT);
            Box::pin(async move { if suspect { answers(connection).await } else { Ok(true) } })
        })
        .connect_lazy_with(server.clone());
    let one = PgPoolOptions::new().max_connections(1).acquire_timeout(ACQUIRE).idle_timeout(IDLE);
    match one.connect_with(server.clone()).await {
        Ok(one) => Ok(Opened { one, all }),
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
