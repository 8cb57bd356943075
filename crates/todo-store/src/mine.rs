//! Every statement on tasks, word for word: a builder would make the same text anew for each request, at the price of a
//! twentieth of it. Both databases read the same words, and keep what they have prepared by them.

use sea_orm::{DbBackend, Statement, Value};
use todo_domain::{Description, NewTask, OwnerId, TaskChange, TaskId, TaskStatus, Timestamp};

use crate::{ListQuery, VersionCondition, row::COLUMNS};

/// The tasks of one owner. Each statement is about [`OWNED`] rows, and the owner is its first value: there is no other way
/// to make one.
pub(crate) struct Mine<'a> {
    owner: &'a OwnerId,
    database: DbBackend,
}

const OWNED: &str = "owner_id = $1";

/// The present instant `$3`, or the last change when the clock has stepped back behind it.
const NOW: &str = "CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END";

impl<'a> Mine<'a> {
    pub(crate) const fn of(owner: &'a OwnerId, database: DbBackend) -> Self {
        Self { owner, database }
    }

    pub(crate) fn task(&self, id: TaskId) -> Statement {
        self.statement(format!("SELECT {COLUMNS} FROM tasks WHERE {OWNED} AND id = $2"), [id.get().into()])
    }

    /// One row more than the page holds.
    pub(crate) fn page(&self, page: ListQuery) -> Statement {
        let of_status = match page.status {
            None => "",
            Some(TaskStatus::Incomplete) => "AND completed_at IS NULL ",
            Some(TaskStatus::Complete) => "AND completed_at IS NOT NULL ",
        };
        let before = page.before.map_or(TaskId::MAX + 1, TaskId::get);
        // Within (SELECT …) PostgreSQL's planner does not know the limit, so it takes the index that is in order. A limit that
        // it believes to be more than the owner has makes it read and sort all that the owner has.
        self.statement(
            format!(
                "SELECT {COLUMNS} FROM tasks WHERE {OWNED} AND id < $2 {of_status}ORDER BY id DESC LIMIT (SELECT $3)"
            ),
            [before.into(), (i64::from(page.limit) + 1).into()],
        )
    }

    /// Returns the id.
    pub(crate) fn add(&self, new: &NewTask, at: Timestamp) -> Statement {
        let columns = "owner_id, title, description, created_at, updated_at";
        self.statement(
            format!("INSERT INTO tasks ({columns}) VALUES ($1, $2, $3, $4, $4) RETURNING id"),
            [
                new.title.as_str().into(),
                new.description.as_ref().map(Description::as_str).into(),
                at.as_micros().into(),
            ],
        )
    }

    /// Returns the row as it is afterwards, as do all updates.
    pub(crate) fn change(
        &self,
        id: TaskId,
        change: TaskChange,
        expected: &VersionCondition,
        at: Timestamp,
    ) -> Statement {
        let description = if change.description.is_some() { "$5" } else { "description" };
        let mut values = vec![id.get().into(), at.as_micros().into(), change.title.map(String::from).into()];
        values.extend(change.description.map(|description| description.map(String::from).into()));
        let set = format!(
            "title = coalesce($4, title), description = {description}, updated_at = {NOW}, version = version + 1"
        );
        self.update(&set, values, expected)
    }

    /// Changes nothing when the task is complete already.
    pub(crate) fn complete(&self, id: TaskId, expected: &VersionCondition, at: Timestamp) -> Statement {
        let set = format!(
            "completed_at = CASE WHEN completed_at IS NULL THEN {NOW} ELSE completed_at END,
            updated_at = CASE WHEN completed_at IS NULL THEN {NOW} ELSE updated_at END,
            version = CASE WHEN completed_at IS NULL THEN version + 1 ELSE version END"
        );
        self.update(&set, vec![id.get().into(), at.as_micros().into()], expected)
    }

    /// Changes nothing when the task is incomplete already.
    pub(crate) fn reopen(&self, id: TaskId, expected: &VersionCondition, at: Timestamp) -> Statement {
        let set = format!(
            "completed_at = NULL,
            updated_at = CASE WHEN completed_at IS NULL THEN updated_at ELSE {NOW} END,
            version = CASE WHEN completed_at IS NULL THEN version ELSE version + 1 END"
        );
        self.update(&set, vec![id.get().into(), at.as_micros().into()], expected)
    }

    pub(crate) fn remove(&self, id: TaskId, expected: &VersionCondition) -> Statement {
        let mut values = vec![id.get().into()];
        let expected = one_of(expected, &mut values);
        self.statement(format!("DELETE FROM tasks WHERE {OWNED} AND id = $2{expected}"), values)
    }

    /// The id is `$2`.
    fn update(&self, set: &str, mut values: Vec<Value>, expected: &VersionCondition) -> Statement {
        let expected = one_of(expected, &mut values);
        let sql = format!("UPDATE tasks SET {set} WHERE {OWNED} AND id = $2{expected} RETURNING {COLUMNS}");
        self.statement(sql, values)
    }

    /// The owner is `$1`.
    fn statement(&self, sql: String, values: impl IntoIterator<Item = Value>) -> Statement {
        let values = std::iter::once(self.owner.as_str().into()).chain(values);
        Statement::from_sql_and_values(self.database, sql, values)
    }
}

/// The condition that the row has one of these versions, which become values behind those there are.
fn one_of(expected: &VersionCondition, values: &mut Vec<Value>) -> String {
    let VersionCondition::AnyOf(versions) = expected else { return String::new() };
    let first = values.len() + 2;
    values.extend(versions.iter().map(|version| Value::from(version.get())));
    let numbers: Vec<_> = (first..first + versions.len()).map(|number| format!("${number}")).collect();
    // Nothing is in an empty list, which PostgreSQL cannot write.
    if numbers.is_empty() { " AND false".to_owned() } else { format!(" AND version IN ({})", numbers.join(", ")) }
}
