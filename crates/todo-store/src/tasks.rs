use sea_orm::{ConnectionTrait as _, Statement};
use todo_domain::{NewTask, OwnerId, Task, TaskChange, TaskId, Timestamp};

use crate::{
    database::Database,
    entity::task::{read_id, read_task},
    error::StoreError,
    idempotency::{IdempotencyKey, IdempotentCreate},
    list::{ListQuery, TaskPage},
    queries::{OwnedTasks, owned_tasks},
    version_condition::VersionCondition,
};

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
        let select = self.queries().list(query);
        let rows = self.database.read(async |db| Ok(db.query_all_raw(select).await?)).await?;
        let tasks = rows.iter().map(|row| read_task(row, &self.owner)).collect::<Result<_, _>>()?;
        Ok(TaskPage::from_rows(tasks, query.limit))
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
