use sea_orm::QueryResult;
use todo_domain::{Description, NewTask, OwnerId, Task, TaskId, TaskStatus, Timestamp, Title, Version};

use crate::StoreError;

/// What is read of a row, in the order of [`Row`]. Not the owner: who asks is the owner.
pub(crate) const COLUMNS: &str = "id, title, description, version, created_at, updated_at, completed_at";

type Row = (i64, String, Option<String>, i64, i64, i64, Option<i64>);

/// The task in a row of the owner. Decoded by position: looking for names costs as much as all the rest.
pub(crate) fn task(owner: &OwnerId, row: &QueryResult) -> Result<Task, StoreError> {
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

/// A task as it is right after it was added.
pub(crate) fn added(owner: &OwnerId, id: i64, new: NewTask, at: Timestamp) -> Task {
    Task {
        id: TaskId::new_unchecked(id),
        user_id: owner.clone(),
        title: new.title,
        description: new.description,
        status: TaskStatus::Incomplete,
        created_at: at,
        updated_at: at,
        completed_at: None,
        version: Version::FIRST,
    }
}
