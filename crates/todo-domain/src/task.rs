use serde::Serialize;

use crate::{Description, OwnerId, TaskId, TaskStatus, Timestamp, Title, Version};

/// One thing to do, as its owner sees it and as it travels in JSON.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Task {
    /// Which task: unique in the whole service, never given twice.
    pub id: TaskId,
    /// Whose task.
    pub user_id: OwnerId,
    /// What there is to do.
    pub title: Title,
    /// More about it, or null.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub description: Option<Description>,
    /// Whether it is done.
    pub status: TaskStatus,
    /// When it was added.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// When it was completed; null while it is incomplete.
    #[cfg_attr(feature = "openapi", schema(required = true))]
    pub completed_at: Option<Timestamp>,
    /// How often it changed. Travels as the `ETag`, not in the body.
    #[serde(skip)]
    pub version: Version,
}
