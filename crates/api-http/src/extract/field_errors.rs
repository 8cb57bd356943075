//! Field errors for a rejected JSON body.
//!
//! This runs only after deserialization has failed. It reads the body a second time and reports every invalid field with
//! a stable code. It never accepts or rejects a body itself.

use std::fmt;

use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, MapAccess, Visitor},
};
use serde_json::Value;
use todo_domain::{
    CompletionChange, Description, DescriptionError, EmptyTaskChange, NewTask, TaskChange, Title, TitleError,
};

use crate::error::{ApiError, FieldError, MAX_FIELD_ERRORS};

/// A type that is the body of a request.
pub(crate) trait RequestBody: DeserializeOwned {
    /// Each known field with its check.
    const FIELDS: &'static [(&'static str, FieldCheck)];

    /// Checks the object as a whole, given the names of the known fields that are present.
    fn check_object(present: &[&str]) -> Option<FieldError>;
}

/// Returns the error of a field's value, if it is invalid.
type FieldCheck = fn(&Value) -> Option<FieldError>;

/// Maximum length of an unknown field's name in a response.
const MAX_NAME_CHARS: usize = 64;

/// Returns the error for a body that is not a valid `T`.
pub(crate) fn field_errors<T: RequestBody>(body: &[u8]) -> ApiError {
    let Ok(Members(members)) = serde_json::from_slice(body) else {
        return match serde_json::from_slice::<Value>(body) {
            Ok(_) => ApiError::InvalidBody(vec![FieldError::new("", "wrong_type", "must be a JSON object")]),
            Err(_) => ApiError::MalformedJson,
        };
    };
    let mut errors = Vec::new();
    let mut present: Vec<&str> = Vec::new();
    for (name, value) in &members {
        if errors.len() == MAX_FIELD_ERRORS {
            break;
        }
        errors.extend(match T::FIELDS.iter().find(|(known, _)| known == name) {
            None => Some(FieldError::new(truncate(name), "unknown_member", "is not a member of this body")),
            Some((known, _)) if present.contains(known) => {
                Some(FieldError::new(*known, "duplicate_member", "must be there only once"))
            }
            Some((known, check)) => {
                present.push(known);
                check(value)
            }
        });
    }
    errors.extend(T::check_object(&present));
    errors.truncate(MAX_FIELD_ERRORS);
    ApiError::InvalidBody(errors)
}

fn truncate(name: &str) -> String {
    name.chars().take(MAX_NAME_CHARS).collect()
}

fn required(field: &'static str) -> FieldError {
    FieldError::new(field, "required", "must be there")
}

fn wrong_type(field: &'static str, expected: &'static str) -> FieldError {
    FieldError::new(field, "wrong_type", format!("must be {expected}"))
}

impl RequestBody for NewTask {
    const FIELDS: &'static [(&'static str, FieldCheck)] = &[("title", check_title), ("description", check_description)];

    fn check_object(present: &[&str]) -> Option<FieldError> {
        (!present.contains(&"title")).then(|| required("title"))
    }
}

impl RequestBody for TaskChange {
    const FIELDS: &'static [(&'static str, FieldCheck)] = NewTask::FIELDS;

    fn check_object(present: &[&str]) -> Option<FieldError> {
        present.is_empty().then(|| FieldError::new("", "required", EmptyTaskChange.to_string()))
    }
}

impl RequestBody for CompletionChange {
    const FIELDS: &'static [(&'static str, FieldCheck)] =
        &[("completed", |value| (!value.is_boolean()).then(|| wrong_type("completed", "true or false")))];

    fn check_object(present: &[&str]) -> Option<FieldError> {
        present.is_empty().then(|| required("completed"))
    }
}

fn check_title(value: &Value) -> Option<FieldError> {
    let Value::String(text) = value else { return Some(wrong_type("title", "a string")) };
    let error = Title::try_from(text.clone()).err()?;
    let code = match error {
        TitleError::Blank => "blank",
        TitleError::TooLong => "too_long",
        TitleError::ControlCharacter => "control_character",
    };
    Some(FieldError::new("title", code, error.to_string()))
}

fn check_description(value: &Value) -> Option<FieldError> {
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

/// The members of an object in order, with duplicates.
struct Members(Vec<(String, Value)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor;
        impl<'de> Visitor<'de> for ObjectVisitor {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = object.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(ObjectVisitor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn codes<T: RequestBody>(body: &str) -> Vec<(String, &'static str)> {
        match field_errors::<T>(body.as_bytes()) {
            ApiError::InvalidBody(errors) => {
                errors.into_iter().map(|error| (error.field.into_owned(), error.code)).collect()
            }
            ApiError::MalformedJson => vec![(String::new(), "malformed")],
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn body_with_several_invalid_fields_reports_all_of_them() {
        let body = r#"{"title":" ","description":5,"id":1,"title":"b"}"#;
        let expected = [
            ("title", "blank"),
            ("description", "wrong_type"),
            ("id", "unknown_member"),
            ("title", "duplicate_member"),
        ];
        assert_eq!(codes::<NewTask>(body), expected.map(|(field, code)| (field.to_owned(), code)));
        assert_eq!(codes::<NewTask>("{}"), [("title".to_owned(), "required")]);
        assert_eq!(codes::<TaskChange>("{}"), [(String::new(), "required")]);
        assert_eq!(codes::<TaskChange>(r#"{"title":null}"#), [("title".to_owned(), "wrong_type")]);
        assert_eq!(codes::<CompletionChange>(r#"{"completed":"no"}"#), [("completed".to_owned(), "wrong_type")]);
        assert_eq!(codes::<NewTask>("[]"), [(String::new(), "wrong_type")]);
        assert_eq!(codes::<NewTask>("{"), [(String::new(), "malformed")]);
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

    /// Whether the body is either valid or has at least one error, and not both.
    fn is_valid_or_has_errors<T: RequestBody>(body: &str) -> bool {
        let is_valid = serde_json::from_str::<T>(body).is_ok();
        let has_errors =
            !matches!(field_errors::<T>(body.as_bytes()), ApiError::InvalidBody(errors) if errors.is_empty());
        is_valid != has_errors
    }

    proptest! {
        #[test]
        fn every_invalid_body_has_field_errors_and_no_valid_body_has_any(
            members in prop::collection::vec(member(), 0..4)
        ) {
            let body = format!("{{{}}}", members.join(","));
            prop_assert!(is_valid_or_has_errors::<NewTask>(&body), "{}", body);
            prop_assert!(is_valid_or_has_errors::<TaskChange>(&body), "{}", body);
            prop_assert!(is_valid_or_has_errors::<CompletionChange>(&body), "{}", body);
        }
    }
}
