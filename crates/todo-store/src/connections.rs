use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{QueryResult, Statement, sea_query::Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{
    AssertSqlSafe, Connection as _, PgPool, Postgres, pool::PoolConnection, postgres::PgConnection, query::Query,
};
use tokio::{
    runtime::{Handle, Id},
    sync::Semaphore,
    time::timeout,
};

use crate::StoreError;

/// How long to wait for a connection, ours or the pool's.
pub(crate) const ACQUIRE: Duration = Duration::from_secs(5);
/// A connection that rested longer is tried before it is used. Trying every one doubles the time of a small read.
const RESTED: Duration = Duration::from_secs(30);
/// A connection that is older is replaced: what a session keeps in the server's memory grows with the plans it has made.
const OLD: Duration = Duration::from_mins(30);

/// The connections to PostgreSQL, at most as many as the pool may open.
///
/// The pool tries each connection that comes back with a round trip of its own, a fifth of what a small read costs. So
/// one that has just answered stays here for the next statement, and only the others go back and are tried: those
/// whose statement failed, or whose answer nobody waited for any more.
///
/// Its answers arrive at the runtime that has opened it, and each of actix' workers is a runtime of its own. So a worker
/// takes its own connections first, and opens one rather than take another's as long as it may.
#[derive(Clone, Debug)]
pub(crate) struct Connections(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    pool: PgPool,
    /// A permit for each statement that may run.
    permits: Semaphore,
    most: usize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    /// The one that answered last stands last.
    resting: Vec<Open>,
    /// How many connections there are, with those in use.
    open: usize,
    /// Whether the pool is about to be closed: then nothing is kept any more.
    is_over: bool,
}

#[derive(Debug)]
struct Open {
    connection: PoolConnection<Postgres>,
    home: Id,
    opened: Instant,
    since: Instant,
}

impl Connections {
    pub(crate) fn of(pool: PgPool) -> Self {
        let most = pool.options().get_max_connections() as usize;
        Self(Arc::new(Inner { pool, permits: Semaphore::new(most), most, kept: Mutex::default() }))
    }

    pub(crate) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, StoreError> {
        let rows = self.with(async |connection| query(statement).fetch_all(connection).await).await?;
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// Takes the answer whole: what comes behind the first row may be the news that its change could not be committed.
    pub(crate) async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, StoreError> {
        Ok(self.all(statement).await?.into_iter().next())
    }

    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, StoreError> {
        let done = self.with(async |connection| query(statement).execute(connection).await).await?;
        Ok(done.rows_affected())
    }

    /// Closes those that rest, and from now on each as soon as it has answered.
    pub(crate) async fn close(&self) {
        self.kept().is_over = true;
        self.kept().resting.clear();
        self.0.pool.close().await;
    }

    async fn with<T>(
        &self,
        work: impl AsyncFnOnce(&mut PgConnection) -> Result<T, sqlx::Error>,
    ) -> Result<T, StoreError> {
        let permit = timeout(ACQUIRE, self.0.permits.acquire()).await.map_err(|_| sqlx::Error::PoolTimedOut)?;
        let _permit = permit.map_err(|_| sqlx::Error::PoolClosed)?;
        let (slot, resting) = self.take();
        let usable = match resting {
            Some(open) => open.usable().await,
            None => None,
        };
        let mut open = match usable {
            Some(open) => open,
            None => Open::new(self.0.pool.acquire().await?),
        };
        match work(&mut open.connection).await {
            Ok(done) => {
                slot.keep(open);
                Ok(done)
            }
            Err(error) => {
                let error = StoreError::from(error);
                if matches!(error, StoreError::Unavailable(_)) {
                    self.distrust();
                }
                Err(error)
            }
        }
    }

    /// Where one connection broke, the others may have broken as well: the pool tries them, rather than a request each.
    fn distrust(&self) {
        let mut kept = self.kept();
        kept.open -= kept.resting.len();
        kept.resting.clear();
    }

    /// A place, and the connection that rests there, unless this runtime may open one of its own.
    fn take(&self) -> (Slot<'_>, Option<Open>) {
        let here = Handle::current().id();
        let mut kept = self.kept();
        let own = kept.resting.iter().rposition(|open| open.home == here);
        let open = match own {
            Some(own) => Some(kept.resting.remove(own)),
            None if kept.open < self.0.most => {
                kept.open += 1;
                None
            }
            // There is one: whoever comes here has a permit, so not all are in use.
            None => kept.resting.pop(),
        };
        (Slot(Some(self)), open)
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        // Nothing can panic while it is changed.
        self.0.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The place of a connection in use. Dropped, it is free for a new one, and the old one is the pool's again.
struct Slot<'a>(Option<&'a Connections>);

impl Slot<'_> {
    fn keep(mut self, mut open: Open) {
        let Some(mut kept) = self.0.map(Connections::kept).filter(|kept| !kept.is_over) else { return };
        open.since = Instant::now();
        kept.resting.push(open);
        self.0 = None;
    }
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        if let Some(connections) = self.0 {
            connections.kept().open -= 1;
        }
    }
}

impl Open {
    fn new(connection: PoolConnection<Postgres>) -> Self {
        let now = Instant::now();
        Self { connection, home: Handle::current().id(), opened: now, since: now }
    }

    /// Itself, unless it is too old; tried first, if it rested long.
    async fn usable(mut self) -> Option<Self> {
        if self.opened.elapsed() >= OLD {
            // Whether the server hears the farewell changes nothing here.
            let _ = self.connection.close().await;
            return None;
        }
        if self.since.elapsed() >= RESTED && self.connection.ping().await.is_err() {
            return None;
        }
        Some(self)
    }
}

/// Each connection prepares it once, and finds it again by its words.
fn query(statement: Statement) -> Query<'static, Postgres, SqlxValues> {
    let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
    sqlx::query_with(AssertSqlSafe(statement.sql), values)
}
