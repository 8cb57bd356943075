//! Why a body was refused, member by member.
//!
//! Nothing here decides: the domain's types have already refused. This reads the body once more to say it in words,
//! all faults at once.

use std::{borrow::Cow, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::Value;
use todo_domain::{
    CompletionChange, Description, DescriptionError, EmptyTaskChange, NewTask, TaskChange, Title, TitleError,
};
use utoipa::ToSchema;

use crate::error::ApiError;

/// What is wrong with one member of a body, or with one query parameter.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, ToSchema)]
pub(crate) struct FieldError {
    /// Which member; empty when it is the body as a whole.
    #[schema(value_type = String, example = "title")]
    pub(crate) field: Cow<'static, str>,
    /// What is wrong, to branch on.
    #[schema(example = "too_long")]
    pub(crate) code: &'static str,
    /// What is wrong, to read.
    #[schema(value_type = String, example = "must be at most 255 characters long")]
    pub(crate) detail: Cow<'static, str>,
}

impl FieldError {
    pub(crate) fn new(
        field: impl Into<Cow<'static, str>>,
        code: &'static str,
        detail: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self { field: field.into(), code, detail: detail.into() }
    }
}

/// A body that the service takes.
pub(crate) trait Document: DeserializeOwned {
    /// The members it knows, and what each has to be.
    const MEMBERS: &'static [(&'static str, Member)];

    /// What is wrong when each member there is right by itself.
    fn fault_of_whole(present: &[&str]) -> Option<FieldError>;
}

/// Says what is wrong with the value of one member.
type Member = fn(&Value) -> Option<FieldError>;

/// How many faults are named at most, and how much of an unknown member's name.
const MOST_FAULTS: usize = 20;
const LONGEST_NAME: usize = 64;

pub(crate) fn explain<T: Document>(body: &[u8]) -> ApiError {
    let Ok(Members(members)) = serde_json::from_slice(body) else {
        return match serde_json::from_slice::<Value>(body) {
            Ok(_) => ApiError::BadBody(vec![FieldError::new("", "wrong_type", "must be a JSON object")]),
            Err(_) => ApiError::MalformedJson,
        };
    };
    let mut faults = Vec::new();
    let mut present: Vec<&str> = Vec::new();
    for (name, value) in &members {
        faults.extend(match T::MEMBERS.iter().find(|(known, _)| known == name) {
            None => Some(FieldError::new(shortened(name), "unknown_member", "is not a member of this body")),
            Some((known, _)) if present.contains(known) => {
                Some(FieldError::new(*known, "duplicate_member", "must be there only once"))
            }
            Some((known, fault_of)) => {
                present.push(known);
                fault_of(value)
            }
        });
    }
    faults.extend(T::fault_of_whole(&present));
    faults.truncate(MOST_FAULTS);
    ApiError::BadBody(faults)
}

fn shortened(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn required(field: &'static str) -> FieldError {
    FieldError::new(field, "required", "must be there")
}

fn wrong_type(field: &'static str, expected: &'static str) -> FieldError {
    FieldError::new(field, "wrong_type", format!("must be {expected}"))
}

impl Document for NewTask {
    const MEMBERS: &'static [(&'static str, Member)] = &[("title", title), ("description", description)];

    fn fault_of_whole(present: &[&str]) -> Option<FieldError> {
        (!present.contains(&"title")).then(|| required("title"))
    }
}

impl Document for TaskChange {
    const MEMBERS: &'static [(&'static str, Member)] = NewTask::MEMBERS;

    fn fault_of_whole(present: &[&str]) -> Option<FieldError> {
        present.is_empty().then(|| FieldError::new("", "required", EmptyTaskChange.to_string()))
    }
}

impl Document for CompletionChange {
    const MEMBERS: &'static [(&'static str, Member)] =
        &[("completed", |value| (!value.is_boolean()).then(|| wrong_type("completed", "true or false")))];

    fn fault_of_whole(present: &[&str]) -> Option<FieldError> {
        present.is_empty().then(|| required("completed"))
    }
}

fn title(value: &Value) -> Option<FieldError> {
    let Value::String(text) = value else { return Some(wrong_type("title", "a string")) };
    let error = Title::try_from(text.clone()).err()?;
    let code = match error {
        TitleError::Blank => "blank",
        TitleError::TooLong => "too_long",
        TitleError::ControlCharacter => "control_character",
    };
    Some(FieldError::new("title", code, error.to_string()))
}

fn description(value: &Value) -> Option<FieldError> {
    let text = match value {
        Value::Null => return None,
        Value::String(text) => text,
        _ => return Some(wrong_type("description", "a string or null")),
    };
    let error = Description::try_from(text.clone()).err()?;
    let code = match error {
        DescriptionError::TooLong => "too_long",
        DescriptionError::ControlCharacter => "control_character",
    };
    Some(FieldError::new("description", code, error.to_string()))
}

/// The members of an object in their order, duplicates and all.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(json: D) -> Result<Self, D::Error> {
        struct Object;
        impl<'de> Visitor<'de> for Object {
            type Value = Members;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        json.deserialize_map(Object)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn faults<T: Document>(body: &str) -> Vec<(String, &'static str)> {
        match explain::<T>(body.as_bytes()) {
            ApiError::BadBody(faults) => {
                faults.into_iter().map(|fault| (fault.field.into_owned(), fault.code)).collect()
            }
            ApiError::MalformedJson => vec![(String::new(), "malformed")],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn all_faults_are_named_at_once() {
        let body = r#"{"title":" ","description":5,"id":1,"title":"b"}"#;
        let expected = [
            ("title", "blank"),
            ("description", "wrong_type"),
            ("id", "unknown_member"),
            ("title", "duplicate_member"),
        ];
        assert_eq!(faults::<NewTask>(body), expected.map(|(field, code)| (field.to_owned(), code)));
        assert_eq!(faults::<NewTask>("{}"), [("title".to_owned(), "required")]);
        assert_eq!(faults::<TaskChange>("{}"), [(String::new(), "required")]);
        assert_eq!(faults::<TaskChange>(r#"{"title":null}"#), [("title".to_owned(), "wrong_type")]);
        assert_eq!(faults::<CompletionChange>(r#"{"completed":"no"}"#), [("completed".to_owned(), "wrong_type")]);
        assert_eq!(faults::<NewTask>("[]"), [(String::new(), "wrong_type")]);
        assert_eq!(faults::<NewTask>("{"), [(String::new(), "malformed")]);
    }

    fn member() -> impl Strategy<Value = String> {
        let name = prop_oneof!["title", "description", "completed", "\\PC{0,8}"];
        let value = prop_oneof![
            any::<String>().prop_map(|text| Value::from(text).to_string()),
            Just("null".to_owned()),
            Just("true".to_owned()),
            Just("[{}]".to_owned()),
            Just("1e5".to_owned()),
            Just("\"\\ud800\"".to_owned()),
        ];
        (name, value).prop_map(|(name, value)| format!("{}:{value}", Value::from(name)))
    }

    fn refused_means_explained<T: Document>(body: &str) -> bool {
        serde_json::from_str::<T>(body).is_ok() != faults_exist::<T>(body)
    }

    fn faults_exist<T: Document>(body: &str) -> bool {
        !matches!(explain::<T>(body.as_bytes()), ApiError::BadBody(faults) if faults.is_empty())
    }

    proptest! {
        #[test]
        fn what_is_refused_has_a_reason_and_what_is_not_has_none(members in prop::collection::vec(member(), 0..4)) {
            let body = format!("{{{}}}", members.join(","));
            prop_assert!(refused_means_explained::<NewTask>(&body), "{}", body);
            prop_assert!(refused_means_explained::<TaskChange>(&body), "{}", body);
            prop_assert!(refused_means_explained::<CompletionChange>(&body), "{}", body);
        }
    }
}
