//! Domain types of the todo service.
//!
//! - [`Task`] is a stored task, and also its JSON representation.
//! - [`NewTask`], [`TaskChange`] and [`CompletionChange`] are the bodies of requests that create and change tasks.
//! - [`TokenUse`] is the last use of a personal access token, with its [`JwtId`] and a [`UtcDate`].
//! - [`Title`], [`Description`], [`TaskId`], [`OwnerId`], [`Timestamp`] and [`Version`] validate on construction, so a
//!   value of these types is always within its bounds. Deserialization applies the same rules.
//!
//! The crate has no I/O, no async code, no SQL and no HTTP. The feature `openapi` derives schemas with utoipa.
//!
//! ```
//! use todo_domain::{NewTask, Title, TitleError};
//!
//! let new_task: NewTask = serde_json::from_str(r#"{"title": "  Buy milk "}"#).unwrap();
//! assert_eq!(new_task.title.as_str(), "Buy milk");
//! assert_eq!(Title::try_from(String::from(" ")), Err(TitleError::Blank));
//! ```

mod description;
mod new_task;
mod owner_id;
mod status;
mod task;
mod task_change;
mod task_id;
mod timestamp;
mod title;
mod token_use;
mod utc_date;
mod version;

pub use description::{Description, DescriptionError};
pub use new_task::NewTask;
pub use owner_id::{OwnerId, OwnerIdError};
pub use status::{ParseTaskStatusError, TaskStatus};
pub use task::Task;
pub use task_change::{CompletionChange, EmptyTaskChange, TaskChange};
pub use task_id::{TaskId, TaskIdError};
pub use timestamp::Timestamp;
pub use title::{Title, TitleError};
pub use token_use::{JwtId, JwtIdError, TokenUse};
pub use utc_date::UtcDate;
pub use version::Version;
