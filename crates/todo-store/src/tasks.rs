use sea_orm::Statement;
use todo_domain::{NewTask, OwnerId, Task, TaskChange, TaskId, Timestamp};

use crate::{Database, ListQuery, StoreError, TaskPage, VersionCondition, mine::Mine, row};

/// The tasks of one owner. A task of anybody else is [`StoreError::NotFound`] here, as is one that never existed.
///
/// Every `at` is the present instant. When the clock steps back a task's own instants do not: `updated_at` stays.
#[derive(Clone, Debug)]
pub struct OwnerTasks {
    pub(crate) database: Database,
    pub(crate) owner: OwnerId,
}

impl OwnerTasks {
    /// Whose they are.
    #[must_use]
    pub const fn owner(&self) -> &OwnerId {
        &self.owner
    }

    /// A page of tasks, newest first.
    pub async fn list(&self, page: ListQuery) -> Result<TaskPage, StoreError> {
        let select = self.mine().page(page);
        let rows = self.database.read(async |db| db.all(select).await).await?;
        let tasks = rows.iter().map(|row| row::task(&self.owner, row)).collect::<Result<_, _>>()?;
        Ok(TaskPage::cut(tasks, page.limit))
    }

    /// Adds a task.
    pub async fn create(&self, new: NewTask, at: Timestamp) -> Result<Task, StoreError> {
        let add = self.mine().add(&new, at);
        let row = self.database.write(async |db| db.one(add).await).await?;
        let id = row.ok_or_else(StoreError::no_row)?.try_get_by_index(0)?;
        Ok(row::added(&self.owner, id, new, at))
    }

    /// One task.
    pub async fn get(&self, id: TaskId) -> Result<Task, StoreError> {
        let select = self.mine().task(id);
        let row = self.database.read(async |db| db.one(select).await).await?;
        row::task(&self.owner, &row.ok_or(StoreError::NotFound)?)
    }

    /// Changes title, description or both.
    pub async fn update(
        &self,
        id: TaskId,
        change: TaskChange,
        expected: &VersionCondition,
        at: Timestamp,
    ) -> Result<Task, StoreError> {
        self.execute_update(id, self.mine().change(id, change, expected, at), expected).await
    }

    /// Completes a task, or reopens it. When it is so already nothing changes, neither an instant nor the version.
    pub async fn set_completed(
        &self,
        id: TaskId,
        completed: bool,
        expected: &VersionCondition,
        at: Timestamp,
    ) -> Result<Task, StoreError> {
        let mine = self.mine();
        let update = if completed { mine.complete(id, expected, at) } else { mine.reopen(id, expected, at) };
        self.execute_update(id, update, expected).await
    }

    /// Deletes a task for good.
    pub async fn delete(&self, id: TaskId, expected: &VersionCondition) -> Result<(), StoreError> {
        let remove = self.mine().remove(id, expected);
        let deleted = self.database.write(async |db| db.execute(remove).await).await?;
        if deleted == 0 { Err(self.not_modified_error(id, expected).await) } else { Ok(()) }
    }

    /// What every statement starts from: the rows of this owner, and of nobody else.
    pub(crate) fn mine(&self) -> Mine<'_> {
        Mine::of(&self.owner, self.database.backend())
    }

    async fn execute_update(
        &self,
        id: TaskId,
        update: Statement,
        expected: &VersionCondition,
    ) -> Result<Task, StoreError> {
        match self.database.write(async |db| db.one(update).await).await? {
            Some(row) => row::task(&self.owner, &row),
            None => Err(self.not_modified_error(id, expected).await),
        }
    }

    /// Why a statement met no row: is the task not there, or not in the expected version?
    async fn not_modified_error(&self, id: TaskId, expected: &VersionCondition) -> StoreError {
        match expected {
            VersionCondition::Any => StoreError::NotFound,
            VersionCondition::AnyOf(_) => self.get(id).await.err().unwrap_or(StoreError::VersionMismatch),
        }
    }
}
