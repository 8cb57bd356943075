use serde::{Deserialize, Deserializer};

use crate::{Description, Title};

/// The fields of a task to change: at least one. An absent field keeps its value.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(try_from = "Fields")]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TaskChange {
    /// The new title. `None` keeps the present one.
    #[cfg_attr(feature = "openapi", schema(required = false, nullable = false))]
    pub title: Option<Title>,
    /// The new description. `None` keeps the present one; `Some(None)`, null in JSON, removes it.
    #[cfg_attr(feature = "openapi", schema(required = false, value_type = Option<Description>))]
    pub description: Option<Option<Description>>,
}

/// A [`TaskChange`] has neither a title nor a description.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("needs a title or a description")]
pub struct EmptyTaskChange;

/// The requested completion state of a task.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CompletionChange {
    /// `true` completes the task, `false` reopens it. A task that is in this state already does not change.
    pub completed: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(clippy::option_option, reason = "absent, null and a text are three different requests")]
struct Fields {
    #[serde(default, deserialize_with = "deserialize_some")]
    title: Option<Title>,
    #[serde(default, deserialize_with = "deserialize_some")]
    description: Option<Option<Description>>,
}

/// Distinguishes a null field from an absent one: serde calls this for present fields only.
fn deserialize_some<'de, D: Deserializer<'de>, T: Deserialize<'de>>(json: D) -> Result<Option<T>, D::Error> {
    T::deserialize(json).map(Some)
}

impl TryFrom<Fields> for TaskChange {
    type Error = EmptyTaskChange;

    fn try_from(Fields { title, description }: Fields) -> Result<Self, EmptyTaskChange> {
        if title.is_none() && description.is_none() {
            return Err(EmptyTaskChange);
        }
        Ok(Self { title, description })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Option<TaskChange> {
        serde_json::from_str(json).ok()
    }

    #[test]
    fn absent_field_is_kept_and_null_description_is_removed() {
        let only_title = parse(r#"{"title":"a"}"#).unwrap();
        assert_eq!(only_title.description, None);
        let cleared = parse(r#"{"description":null}"#).unwrap();
        assert_eq!((cleared.title, cleared.description), (None, Some(None)));
    }

    #[test]
    fn empty_or_malformed_change_is_rejected() {
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
            assert_eq!(parse(json), None, "{json}");
        }
    }
}
