use sea_orm::{
    ConnectionTrait as _, ExprTrait as _,
    sea_query::{CaseStatement, Expr, UpdateStatement},
};
use todo_domain::{NewTask, OwnerId, Task, TaskChange, TaskId, Timestamp};

use crate::{
    Database, Expected, Page, Slice, StoreError,
    mine::Mine,
    row::{self, Tasks},
};

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
    pub async fn list(&self, page: Page) -> Result<Slice, StoreError> {
        let rows = self.database.read_all(&self.mine().page(page)).await?;
        let tasks = rows.iter().map(|row| row::task(&self.owner, row)).collect::<Result<_, _>>()?;
        Ok(Slice::cut(tasks, page.limit))
    }

    /// Adds a task.
    pub async fn add(&self, new: NewTask, at: Timestamp) -> Result<Task, StoreError> {
        let insert = self.mine().insert(&new, at)?;
        let row = self.database.write(async |db| Ok(db.query_one(&insert).await?)).await?;
        let id = row.ok_or_else(StoreError::no_row)?.try_get_by_index(0)?;
        Ok(row::added(&self.owner, id, new, at))
    }

    /// One task.
    pub async fn get(&self, id: TaskId) -> Result<Task, StoreError> {
        let row = self.database.read_one(&self.mine().task(id).select()).await?;
        row::task(&self.owner, &row.ok_or(StoreError::NotFound)?)
    }

    /// Changes title, description or both.
    pub async fn change(
        &self,
        id: TaskId,
        change: TaskChange,
        expected: &Expected,
        at: Timestamp,
    ) -> Result<Task, StoreError> {
        let mut update = self.mine().task(id).at(expected).update();
        if let Some(title) = change.title {
            update.value(Tasks::Title, title.as_str());
        }
        if let Some(description) = change.description {
            update.value(Tasks::Description, description.map(String::from));
        }
        update.value(Tasks::UpdatedAt, not_before_last(at));
        update.value(Tasks::Version, Expr::col(Tasks::Version).add(1));
        self.update(id, update, expected).await
    }

    /// Completes a task, or reopens it. When it is so already nothing changes, neither an instant nor the version.
    pub async fn set_completed(
        &self,
        id: TaskId,
        completed: bool,
        expected: &Expected,
        at: Timestamp,
    ) -> Result<Task, StoreError> {
        let completed_at = Expr::col(Tasks::CompletedAt);
        let already = if completed { completed_at.is_not_null() } else { completed_at.is_null() };
        let unless_already = |column: Tasks, value: Expr| Expr::case(already.clone(), Expr::col(column)).finally(value);
        let then = if completed { not_before_last(at).into() } else { Expr::val(None::<i64>) };

        let mut update = self.mine().task(id).at(expected).update();
        update.value(Tasks::CompletedAt, unless_already(Tasks::CompletedAt, then));
        update.value(Tasks::UpdatedAt, unless_already(Tasks::UpdatedAt, not_before_last(at).into()));
        update.value(Tasks::Version, unless_already(Tasks::Version, Expr::col(Tasks::Version).add(1)));
        self.update(id, update, expected).await
    }

    /// Deletes a task for good.
    pub async fn remove(&self, id: TaskId, expected: &Expected) -> Result<(), StoreError> {
        let delete = self.mine().task(id).at(expected).delete();
        let deleted = self.database.write(async |db| Ok(db.execute(&delete).await?)).await?;
        if deleted.rows_affected() == 0 { Err(self.missed(id, expected).await) } else { Ok(()) }
    }

    /// What every statement starts from: the rows of this owner, and of nobody else.
    pub(crate) fn mine(&self) -> Mine<'_> {
        Mine::of(&self.owner)
    }

    async fn update(&self, id: TaskId, update: UpdateStatement, expected: &Expected) -> Result<Task, StoreError> {
        match self.database.write(async |db| Ok(db.query_one(&update).await?)).await? {
            Some(row) => row::task(&self.owner, &row),
            None => Err(self.missed(id, expected).await),
        }
    }

    /// Why a statement met no row: is the task not there, or not in the expected version?
    async fn missed(&self, id: TaskId, expected: &Expected) -> StoreError {
        match expected {
            Expected::Any => StoreError::NotFound,
            Expected::OneOf(_) => self.get(id).await.err().unwrap_or(StoreError::Stale),
        }
    }
}

/// `at`, or the last change when the clock has stepped back behind it.
fn not_before_last(at: Timestamp) -> CaseStatement {
    let last = Expr::col(Tasks::UpdatedAt);
    Expr::case(last.clone().gt(at.as_micros()), last).finally(at.as_micros())
}
