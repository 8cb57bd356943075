use sea_orm::entity::prelude::*;
use todo_domain::{Description, OwnerId, Task, TaskId, TaskStatus, Timestamp, Title, Version};

/// A row of `tasks`. Instants are microseconds after 1970-01-01T00:00:00Z.
#[derive(Clone, Debug, Eq, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "tasks")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    #[sea_orm(column_type = "Text")]
    pub owner_id: String,
    #[sea_orm(column_type = "Text")]
    pub title: String,
    #[sea_orm(column_type = "Text", nullable)]
    pub description: Option<String>,
    pub version: i64,
    pub created_at: i64,
    pub updated_at: i64,
    /// `None` while the task is incomplete.
    pub completed_at: Option<i64>,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The columns that queries read, in the entity's order. `owner_id` is not among them: every query is for one owner.
pub(crate) const COLUMNS: [Column; 7] = [
    Column::Id,
    Column::Title,
    Column::Description,
    Column::Version,
    Column::CreatedAt,
    Column::UpdatedAt,
    Column::CompletedAt,
];

/// The types of [`COLUMNS`].
type Row = (i64, String, Option<String>, i64, i64, i64, Option<i64>);

/// Reads a task from a row with [`COLUMNS`]. By position: a look-up by name costs as much as the rest of the decoding.
#[expect(clippy::disallowed_methods, reason = "the database checks the same bounds as the domain types")]
pub(crate) fn read_task(row: &QueryResult, owner: &OwnerId) -> Result<Task, DbErr> {
    let (id, title, description, version, created_at, updated_at, completed_at): Row = row.try_get_many_by_index()?;
    Ok(Task {
        id: TaskId::new_unchecked(id),
        user_id: owner.clone(),
        title: Title::new_unchecked(title),
        description: description.map(Description::new_unchecked),
        status: if completed_at.is_some() { TaskStatus::Complete } else { TaskStatus::Incomplete },
        created_at: Timestamp::from_micros(created_at),
        updated_at: Timestamp::from_micros(updated_at),
        completed_at: completed_at.map(Timestamp::from_micros),
        version: Version::new_unchecked(version),
    })
}

/// Reads a task id from the first column of a row.
#[expect(clippy::disallowed_methods, reason = "the database checks the same bounds as the domain type")]
pub(crate) fn read_id(row: &QueryResult) -> Result<TaskId, DbErr> {
    Ok(TaskId::new_unchecked(row.try_get_by_index(0)?))
}
