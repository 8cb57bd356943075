use serde::{Deserialize, Deserializer, Serialize};

use crate::{Description, Title};

/// What it takes to add a task.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NewTask {
    /// What there is to do. Spaces around it are trimmed.
    pub title: Title,
    /// More about it.
    #[serde(default)]
    pub description: Option<Description>,
}

/// What to change about a task: at least one member; what is absent stays.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Members")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskChange {
    /// The new title, when it changes.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub title: Option<Title>,
    /// The new description, when it changes; `Some(None)`, null in JSON, clears it.
    #[cfg_attr(feature = "openapi", schema(required = false, value_type = Option<Description>))]
    pub description: Option<Option<Description>>,
}

/// Neither a title nor a description: there is nothing to change.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("needs a title or a description")]
pub struct EmptyTaskChange;

/// Whether a task is to be complete. Without a body a task is completed.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionChange {
    /// `true` completes the task, `false` reopens it. Saying the same twice changes nothing.
    pub completed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a text are three things")]
struct Members {
    #[serde(default, deserialize_with = "present")]
    title: Option<Title>,
    #[serde(default, deserialize_with = "present")]
    description: Option<Option<Description>>,
}

/// Tells a member that is null from one that is absent.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Option<T>, D::Error> {
    T::deserialize(json).map(Some)
}

impl TryFrom<Members> for TaskChange {
    type Error = EmptyTaskChange;

    fn try_from(Members { title, description }: Members) -> Result<Self, EmptyTaskChange> {
        if title.is_none() && description.is_none() {
            return Err(EmptyTaskChange);
        }
        Ok(Self { title, description })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn change(json: &str) -> Option<TaskChange> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn an_absent_member_stays_and_null_clears_the_description() {
        let only_title = change(r#"{"title":"a"}"#).unwrap();
        assert_eq!(only_title.description, None);
        let cleared = change(r#"{"description":null}"#).unwrap();
        assert_eq!((cleared.title, cleared.description), (None, Some(None)));
    }

    #[test]
    fn a_change_changes_something_that_it_names_right() {
        for json in [
            "{}",
            "[]",
            "null",
            r#"{"title":null}"#,
            r#"{"title":" "}"#,
            r#"{"title":1}"#,
            r#"{"title":"a","title":"b"}"#,
            r#"{"titel":"a"}"#,
            r#"{"title":"a","user_id":"bob"}"#,
            r#"{"title":"a","status":"complete"}"#,
        ] {
            assert_eq!(change(json), None, "{json}");
        }
    }

    #[test]
    fn a_new_task_needs_a_title_and_nothing_it_does_not_know() {
        for json in ["{}", r#"{"title":null}"#, r#"{"description":"d"}"#, r#"{"title":"a","id":7}"#] {
            assert!(serde_json::from_str::<NewTask>(json).is_err(), "{json}");
        }
        let new: NewTask = serde_json::from_str(r#"{"title":"a","description":null}"#).unwrap();
        assert_eq!(new.description, None);
    }
}
