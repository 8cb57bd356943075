use sea_orm::{ConnectionTrait as _, DatabaseExecutor, DbBackend, QueryResult, Statement};

use crate::{StoreError, connections::Connections};

/// Where statements go.
pub(crate) enum Session<'a> {
    /// One of SQLite's connections, or a transaction on it.
    Sqlite(DatabaseExecutor<'a>),
    /// Any of PostgreSQL's: each statement commits by itself.
    Postgres(&'a Connections),
}

impl Session<'_> {
    pub(crate) const fn backend(&self) -> DbBackend {
        match self {
            Self::Sqlite(_) => DbBackend::Sqlite,
            Self::Postgres(_) => DbBackend::Postgres,
        }
    }

    pub(crate) async fn all(&self, statement: Statement) -> Result<Vec<QueryResult>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.query_all_raw(statement).await?),
            Self::Postgres(connections) => connections.all(statement).await,
        }
    }

    pub(crate) async fn one(&self, statement: Statement) -> Result<Option<QueryResult>, StoreError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.query_one_raw(statement).await?),
            Self::Postgres(connections) => connections.one(statement).await,
        }
    }

    /// How many rows it met.
    pub(crate) async fn execute(&self, statement: Statement) -> Result<u64, StoreError> {
        match self {
            Self::Sqlite(sqlite) => Ok(sqlite.execute_raw(statement).await?.rows_affected()),
            Self::Postgres(connections) => connections.execute(statement).await,
        }
    }
}
