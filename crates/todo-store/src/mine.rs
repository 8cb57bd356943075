use sea_orm::{
    Condition, ExprTrait as _, Order,
    sea_query::{DeleteStatement, Expr, InsertStatement, Query, SelectStatement, UpdateStatement},
};
use todo_domain::{Description, NewTask, OwnerId, Status, TaskId, Timestamp};

use crate::{
    Cause, Expected, Page, StoreError,
    row::{COLUMNS, Tasks},
};

/// The tasks of one owner: what every statement on tasks starts from. Each step narrows, none can widen.
pub(crate) struct Mine<'a> {
    owner: &'a OwnerId,
    which: Condition,
}

impl<'a> Mine<'a> {
    pub(crate) fn of(owner: &'a OwnerId) -> Self {
        let which = Condition::all().add(Expr::col(Tasks::OwnerId).eq(owner.as_str()));
        Self { owner, which }
    }

    pub(crate) fn task(self, id: TaskId) -> Self {
        self.and(Expr::col(Tasks::Id).eq(id.get()))
    }

    pub(crate) fn at(self, expected: &Expected) -> Self {
        match expected {
            Expected::Any => self,
            Expected::OneOf(versions) => {
                self.and(Expr::col(Tasks::Version).is_in(versions.iter().map(|version| version.get())))
            }
        }
    }

    fn and(mut self, narrower: Expr) -> Self {
        self.which = self.which.add(narrower);
        self
    }
}

/// The statements.
impl Mine<'_> {
    pub(crate) fn select(self) -> SelectStatement {
        Query::select().columns(COLUMNS).from(Tasks::Table).cond_where(self.which).take()
    }

    /// One row more than the page holds.
    pub(crate) fn page(mut self, page: Page) -> SelectStatement {
        self = match page.status {
            None => self,
            Some(Status::Incomplete) => self.and(Expr::col(Tasks::CompletedAt).is_null()),
            Some(Status::Complete) => self.and(Expr::col(Tasks::CompletedAt).is_not_null()),
        };
        if let Some(before) = page.before {
            self = self.and(Expr::col(Tasks::Id).lt(before.get()));
        }
        self.select().order_by(Tasks::Id, Order::Desc).limit(u64::from(page.limit) + 1).take()
    }

    /// Returns the id.
    pub(crate) fn insert(self, new: &NewTask, at: Timestamp) -> Result<InsertStatement, StoreError> {
        let columns = [Tasks::OwnerId, Tasks::Title, Tasks::Description, Tasks::CreatedAt, Tasks::UpdatedAt];
        let values = [
            self.owner.as_str().into(),
            new.title.as_str().into(),
            new.description.as_ref().map(Description::as_str).into(),
            at.as_micros().into(),
            at.as_micros().into(),
        ];
        let mut insert = Query::insert();
        insert.into_table(Tasks::Table).columns(columns).returning_col(Tasks::Id);
        insert.values(values).map_err(|error| StoreError::Internal(Cause::new(error)))?;
        Ok(insert)
    }

    /// Returns the row as it is after the update.
    pub(crate) fn update(self) -> UpdateStatement {
        let returning = Query::returning().columns(COLUMNS);
        Query::update().table(Tasks::Table).cond_where(self.which).returning(returning).take()
    }

    pub(crate) fn delete(self) -> DeleteStatement {
        Query::delete().from_table(Tasks::Table).cond_where(self.which).take()
    }
}

#[cfg(test)]
mod tests;
