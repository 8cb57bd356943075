use std::time::Duration;

use sea_orm::{ConnectionTrait as _, Statement};
use todo_domain::{OwnerId, Timestamp};

use crate::{Database, OwnerTasks, StoreError, row::Tasks};

/// Every owner's tasks. Cloning it is cheap and opens nothing.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// The store in a database whose migrations have run.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// The tasks of one owner.
    #[must_use]
    pub fn tasks_of(&self, owner: OwnerId) -> OwnerTasks {
        OwnerTasks { database: self.database.clone(), owner }
    }

    /// Whether the database answers a small read within two seconds.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let any = sea_orm::sea_query::Query::select().column(Tasks::Id).from(Tasks::Table).limit(1).take();
        self.database.within(Duration::from_secs(2), self.database.read_one(&any)).await.map(drop)
    }

    /// Forgets the idempotency keys that are older, and says how many those were. A few hundred at a time, so that
    /// nobody else waits long.
    pub async fn forget_keys_before(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut forgotten = 0;
        loop {
            match self.forget_some_keys_before(oldest).await? {
                0 => return Ok(forgotten),
                some => forgotten += some,
            }
        }
    }

    /// Closes the database, as [`Database::close`] does.
    pub async fn close(&self) {
        self.database.close().await;
    }

    async fn forget_some_keys_before(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let sql = "
            DELETE FROM idempotency_keys WHERE (owner_id, key) IN (
                SELECT owner_id, key FROM idempotency_keys WHERE created_at < $1 ORDER BY created_at LIMIT 500
            )";
        let forget = async |db: &sea_orm::DatabaseExecutor<'_>| {
            let values = [oldest.as_micros().into()];
            Ok(db.execute_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?)
        };
        Ok(self.database.write(forget).await?.rows_affected())
    }
}
