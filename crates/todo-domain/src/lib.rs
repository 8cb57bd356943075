//! The rules of a todo.
//!
//! Every type here can only be built right, so nobody downstream checks again. The types are also what
//! travels as JSON: `serde` refuses on the way in whatever the constructors refuse.
//!
//! Nothing in this crate does I/O, is async, or knows SQL, HTTP or tokens.
//!
//! ```
//! use todo_domain::{NewTask, Title, TitleError};
//!
//! let new: NewTask = serde_json::from_str(r#"{"title": "  Buy milk "}"#).unwrap();
//! assert_eq!(new.title.as_str(), "Buy milk");
//! assert_eq!(Title::try_from(String::from(" ")), Err(TitleError::Blank));
//! ```

mod change;
mod description;
mod owner;
mod status;
mod task;
mod task_id;
mod timestamp;
mod title;
mod version;

pub use change::{CompletionChange, EmptyTaskChange, NewTask, TaskChange};
pub use description::{Description, DescriptionError};
pub use owner::{OwnerId, OwnerIdError};
pub use status::{ParseTaskStatusError, TaskStatus};
pub use task::Task;
pub use task_id::{TaskId, TaskIdError};
pub use timestamp::Timestamp;
pub use title::{Title, TitleError};
pub use version::Version;
