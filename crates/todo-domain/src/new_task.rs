use serde::{Deserialize, Serialize};

use crate::{Description, Title};

/// The fields of a task to create.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn new_task_without_title_or_with_unknown_field_is_rejected() {
        for json in ["{}", r#"{"title":null}"#, r#"{"description":"d"}"#, r#"{"title":"a","id":7}"#] {
            assert!(serde_json::from_str::<NewTask>(json).is_err(), "{json}");
        }
    }

    #[test]
    fn new_task_with_null_description_has_none() {
        let new_task: NewTask = serde_json::from_str(r#"{"title":"a","description":null}"#).unwrap();
        assert_eq!(new_task.description, None);
    }
}
