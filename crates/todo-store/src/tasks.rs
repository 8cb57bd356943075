use std::time::Duration;

use sea_orm::{ConnectionTrait as _, DbBackend, QueryResult, Statement};
use todo_domain::{NewTask, OwnerId, Task, TaskChange, TaskId, Timestamp, TokenUse};

use crate::{
    database::Database,
    entity::{
        task::{read_id, read_task},
        token_use::read_token_use,
    },
    error::StoreError,
    executor::Executor,
    idempotency::{IdempotencyKey, IdempotentCreate},
    list::{ListQuery, TaskPage},
    queries::{OwnedTasks, owned_tasks},
    version_condition::VersionCondition,
};

/// Maximum duration of the deletion of all rows of an owner.
const DELETE_ALL_TIMEOUT: Duration = Duration::from_mins(1);

/// The tasks of one owner. A task of another owner is [`StoreError::NotFound`], as is one that never existed.
///
/// Every `now` is the present instant. If the clock was set back behind a task's `updated_at`, that instant is kept.
///
/// All methods fail with [`StoreError::Unavailable`] if the database does not answer within 10 s.
#[derive(Clone, Debug)]
pub struct OwnerTasks {
    database: Database,
    owner: OwnerId,
}

impl OwnerTasks {
    pub(crate) const fn new(database: Database, owner: OwnerId) -> Self {
        Self { database, owner }
    }

    /// The owner.
    #[must_use]
    pub const fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// Returns a page of tasks, newest first.
    pub async fn list(&self, query: ListQuery) -> Result<TaskPage, StoreError> {
        let mut tasks = Vec::new();
        let next_cursor = self.list_while(query, |task| {
            tasks.push(task);
            true
        });
        let next_cursor = next_cursor.await?;
        Ok(TaskPage { tasks, next_cursor })
    }

    /// Passes the tasks of a page to `add`, newest first, until it returns `false`: this task and those behind it are for
    /// the next page. Returns the [`ListQuery::before`] of the next page, or `None` on the last page, as [`TaskPage`] has it.
    ///
    /// No more than one task at a time is in memory, so a caller that stops early bounds the memory of a page. `add` accepts
    /// the first task: a page without a task has no next page.
    pub async fn list_while(
        &self,
        query: ListQuery,
        mut add: impl FnMut(Task) -> bool,
    ) -> Result<Option<TaskId>, StoreError> {
        let (mut count, mut last_added, mut next_cursor) = (0, None, None);
        let add_row = |row: QueryResult| {
            if count < query.limit {
                let task = read_task(&row, &self.owner)?;
                let id = task.id;
                if add(task) {
                    count += 1;
                    last_added = Some(id);
                    return Ok(true);
                }
            }
            next_cursor = last_added;
            Ok(false)
        };
        self.database.read_rows(self.queries().list(query), add_row).await?;
        Ok(next_cursor)
    }

    /// Creates a task.
    pub async fn create(&self, new_task: NewTask, now: Timestamp) -> Result<Task, StoreError> {
        let insert = self.queries().insert(&new_task, now);
        let row = self.database.write(async |db| Ok(db.query_one_raw(insert).await?)).await?;
        let id = read_id(&row.ok_or_else(StoreError::missing_row)?)?;
        Ok(Task::new(id, self.owner.clone(), new_task, now))
    }

    /// Creates a task once per key. A repeated request with the same content returns the task as it was created, even if
    /// it has been changed or deleted since. Of several requests at the same time, one creates the task.
    ///
    /// Fails with [`StoreError::IdempotencyKeyReused`] if the key was used with different content.
    pub async fn create_idempotent(
        &self,
        new_task: NewTask,
        key: &IdempotencyKey,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let create = IdempotentCreate::new(self.queries(), &new_task, key, now)?;
        let (id, created_at) = self.database.write(async |db| create.execute(&db).await).await?;
        Ok(Task::new(id, self.owner.clone(), new_task, created_at))
    }

    /// Returns one task.
    pub async fn get(&self, id: TaskId) -> Result<Task, StoreError> {
        let select = self.queries().get(id);
        let row = self.database.read(async |db| Ok(db.query_one_raw(select).await?)).await?;
        Ok(read_task(&row.ok_or(StoreError::NotFound)?, &self.owner)?)
    }

    /// Changes title, description or both.
    pub async fn update(
        &self,
        id: TaskId,
        change: TaskChange,
        condition: &VersionCondition,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let update = self.queries().update(id, change, condition, now);
        self.execute_update(id, update, condition).await
    }

    /// Completes or reopens a task. If it is in the requested state already, neither its instants nor its version change.
    pub async fn set_completed(
        &self,
        id: TaskId,
        completed: bool,
        condition: &VersionCondition,
        now: Timestamp,
    ) -> Result<Task, StoreError> {
        let queries = self.queries();
        let update = if completed { queries.complete(id, condition, now) } else { queries.reopen(id, condition, now) };
        self.execute_update(id, update, condition).await
    }

    /// Deletes a task permanently.
    pub async fn delete(&self, id: TaskId, condition: &VersionCondition) -> Result<(), StoreError> {
        let delete = self.queries().delete(id, condition);
        let deleted = self.database.write(async |db| Ok(db.execute_raw(delete).await?.rows_affected())).await?;
        if deleted == 0 { Err(self.not_modified_error(id, condition).await) } else { Ok(()) }
    }

    /// Deletes everything that the store holds of the owner, permanently and in one transaction: all tasks, idempotency keys
    /// and uses of tokens. A repeat deletes nothing.
    ///
    /// Takes up to 60 s. A task that another request creates at the same time may remain.
    pub async fn delete_all(&self) -> Result<(), StoreError> {
        let queries = self.queries();
        let delete = async |db: Executor<'_>| {
            if db.get_database_backend() == DbBackend::Postgres {
                db.execute_raw(queries.delete_all()).await?;
            } else {
                db.execute_raw(queries.delete_all_tasks()).await?;
                db.execute_raw(queries.delete_all_idempotency_keys()).await?;
                db.execute_raw(queries.delete_all_token_uses()).await?;
            }
            Ok(())
        };
        self.database.write_within(DELETE_ALL_TIMEOUT, delete).await
    }

    /// Records the day of the last use of a personal access token, which expires at `expires_at`.
    pub async fn record_token_use(&self, token_use: &TokenUse, expires_at: Timestamp) -> Result<(), StoreError> {
        let upsert = self.queries().upsert_token_use(token_use, expires_at);
        self.database.write(async |db| Ok(db.execute_raw(upsert).await?)).await.map(drop)
    }

    /// Returns the last uses of the owner's personal access tokens, in no particular order. Tokens that were never used are
    /// not among them; those that have expired may be.
    pub async fn list_token_uses(&self) -> Result<Vec<TokenUse>, StoreError> {
        let select = self.queries().list_token_uses();
        let rows = self.database.read(async |db| Ok(db.query_all_raw(select).await?)).await?;
        Ok(rows.iter().map(read_token_use).collect::<Result<_, _>>()?)
    }

    fn queries(&self) -> OwnedTasks<'_> {
        owned_tasks(&self.owner, self.database.backend())
    }

    async fn execute_update(
        &self,
        id: TaskId,
        update: Statement,
        condition: &VersionCondition,
    ) -> Result<Task, StoreError> {
        match self.database.write(async |db| Ok(db.query_one_raw(update).await?)).await? {
            Some(row) => Ok(read_task(&row, &self.owner)?),
            None => Err(self.not_modified_error(id, condition).await),
        }
    }

    /// The reason why a statement affected no row: the task does not exist, or has another version.
    async fn not_modified_error(&self, id: TaskId, condition: &VersionCondition) -> StoreError {
        match condition {
            VersionCondition::Any => StoreError::NotFound,
            VersionCondition::AnyOf(_) => self.get(id).await.err().unwrap_or(StoreError::VersionMismatch),
        }
    }
}
