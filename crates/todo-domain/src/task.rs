use serde::Serialize;

use crate::{Description, NewTask, OwnerId, TaskId, TaskStatus, Timestamp, Title, Version};

/// A stored task. Serialized, it is the JSON representation in the API.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Unique in the whole service. The id of a deleted task is not used again.
    pub id: TaskId,
    /// The owner.
    pub user_id: OwnerId,
    /// What there is to do.
    pub title: Title,
    /// More about it, or null.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub description: Option<Description>,
    /// Whether it is complete.
    pub status: TaskStatus,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was completed; null while it is incomplete.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub completed_at: Option<Timestamp>,
    /// Sent as the `ETag` header field, not in the body.
    #[serde(skip)]
    pub version: Version,
}

impl Task {
    /// The task as it is right after its creation: incomplete, with [`Version::FIRST`].
    #[must_use]
    pub fn new(id: TaskId, user_id: OwnerId, new_task: NewTask, created_at: Timestamp) -> Self {
        Self {
            id,
            user_id,
            title: new_task.title,
            description: new_task.description,
            status: TaskStatus::Incomplete,
            created_at,
            updated_at: created_at,
            completed_at: None,
            version: Version::FIRST,
        }
    }
}
