use std::time::Duration;

use sea_orm::ConnectionTrait as _;
use todo_domain::{OwnerId, Timestamp};

use crate::{
    database::{Database, with_timeout},
    error::StoreError,
    queries::maintenance,
    tasks::OwnerTasks,
};

/// Maximum duration of [`Store::ping`].
const PING_TIMEOUT: Duration = Duration::from_secs(2);

/// The tasks of all owners. A clone shares the database connections.
#[derive(Clone, Debug)]
pub struct Store {
    database: Database,
}

impl Store {
    /// Creates a store on a database whose migrations have been applied.
    #[must_use]
    pub const fn new(database: Database) -> Self {
        Self { database }
    }

    /// Returns the tasks of one owner.
    #[must_use]
    pub fn for_owner(&self, owner: OwnerId) -> OwnerTasks {
        OwnerTasks::new(self.database.of_owner(&owner), owner)
    }

    /// Reads at most one row. Fails if that takes longer than 2 s.
    pub async fn ping(&self) -> Result<(), StoreError> {
        let select = maintenance::ping(self.database.backend());
        let read = self.database.read(async |db| Ok(db.query_one_raw(select).await?));
        with_timeout(PING_TIMEOUT, Box::pin(read)).await.map(drop)
    }

    /// Deletes the idempotency keys created before `oldest` and returns their number. Deletes a few hundred at a time, so
    /// that other writers do not wait long.
    pub async fn delete_idempotency_keys_before(&self, oldest: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let delete = maintenance::purge_idempotency_keys(oldest, self.database.backend());
            match self.database.write(async |db| Ok(db.execute_raw(delete).await?.rows_affected())).await? {
                0 => return Ok(deleted),
                count => deleted += count,
            }
        }
    }

    /// Deletes the uses of tokens that have expired before `now` and returns their number, a few hundred at a time.
    pub async fn delete_token_uses_expired_before(&self, now: Timestamp) -> Result<u64, StoreError> {
        let mut deleted = 0;
        loop {
            let delete = maintenance::purge_token_uses(now, self.database.backend());
            match self.database.write(async |db| Ok(db.execute_raw(delete).await?.rows_affected())).await? {
                0 => return Ok(deleted),
                count => deleted += count,
            }
        }
    }

    /// Closes the database, as [`Database::close`] does.
    pub async fn close(&self) {
        self.database.close().await;
    }
}
