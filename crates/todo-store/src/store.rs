use std::time::Duration;

use sea_orm::Statement;
use todo_domain::{OwnerId, Timestamp};

use crate::{Database, OwnerTasks, StoreError};

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
    pub fn for_owner(&self, owner: OwnerId) -> OwnerTasks {
        OwnerTasks { database: self.database.clone(), owner }
    }

    /// Whether the database answers a small read within two seconds.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let any = Statement::from_string(self.database.backend(), "SELECT id FROM tasks LIMIT 1");
        let read = Box::pin(self.database.read(async |db| db.one(any).await));
        self.database.within(Duration::from_secs(2), read).await.map(drop)
    }

    /// Forgets the idempotency keys that are older, and says how many those were. A few hundred at a time, so that
    /// nobody else waits long.
    pub async fn delete_idempotency_keys_before(&self, oldest: Timestamp) -> Result<u64, StoreError> {
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
        let forget = Statement::from_sql_and_values(self.database.backend(), sql, [oldest.as_micros().into()]);
        self.database.write(async |db| db.execute(forget).await).await
    }
}
