use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpRequest, dev::Payload, web::Query};
use todo_store::ListQuery;

use crate::error::{ApiError, FieldError, MAX_FIELD_ERRORS};

/// Number of tasks on a page without `limit`.
const DEFAULT_LIMIT: u16 = 50;

/// Maximum number of tasks on a page.
const MAX_LIMIT: u16 = 200;

/// The query parameters of a list. Unknown parameters are ignored; a known one may occur once.
///
/// actix-web's `Query` with a struct would report the first error only, and accept the last of two equal names.
pub(crate) struct ListParams(pub(crate) ListQuery);

impl FromRequest for ListParams {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(parse(request.query_string()).map(Self))
    }
}

fn parse(query_string: &str) -> Result<ListQuery, ApiError> {
    let mut query = ListQuery { status: None, before: None, limit: DEFAULT_LIMIT };
    let params = Query::<Vec<(String, String)>>::from_query(query_string)
        .map_err(|_| ApiError::InvalidQuery(vec![FieldError::new("", "malformed", "must be name=value pairs")]))?;
    let mut seen: Vec<&str> = Vec::new();
    let mut errors = Vec::new();
    for (name, value) in params.iter() {
        if errors.len() == MAX_FIELD_ERRORS {
            break;
        }
        let error = match name.as_str() {
            known @ ("status" | "limit" | "cursor") if seen.contains(&known) => {
                Some(("duplicate", "must be there only once"))
            }
            "status" => assign(&mut query.status, value.parse().ok().map(Some), "must be incomplete or complete"),
            "limit" => assign(&mut query.limit, parse_limit(value), "must be a whole number from 1 to 200"),
            "cursor" => assign(&mut query.before, value.parse().ok().map(Some), "must come from a Link header"),
            _ => None,
        };
        errors.extend(error.map(|(code, detail)| FieldError::new(name.clone(), code, detail)));
        seen.push(name);
    }
    if errors.is_empty() { Ok(query) } else { Err(ApiError::InvalidQuery(errors)) }
}

/// Assigns a parsed value, or returns the code and detail of the error.
fn assign<T>(target: &mut T, parsed: Option<T>, detail: &'static str) -> Option<(&'static str, &'static str)> {
    match parsed {
        Some(value) => {
            *target = value;
            None
        }
        None => Some(("invalid", detail)),
    }
}

fn parse_limit(text: &str) -> Option<u16> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| is_digits && (1..=MAX_LIMIT).contains(limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use todo_domain::{TaskId, TaskStatus};

    #[test]
    fn list_params_have_defaults_and_bounds() {
        let default = parse("").unwrap();
        assert_eq!((default.status, default.before, default.limit), (None, None, 50));
        let query = parse("status=complete&limit=200&cursor=7&unknown=1&unknown=2").unwrap();
        assert_eq!(
            (query.status, query.before.map(TaskId::get), query.limit),
            (Some(TaskStatus::Complete), Some(7), 200)
        );
        for invalid in [
            "limit=0",
            "limit=201",
            "limit=+5",
            "limit=",
            "limit=1e1",
            "status=done",
            "status=",
            "cursor=0",
            "cursor=x",
            "limit=1&limit=2",
            "limit=%ff",
        ] {
            assert!(parse(invalid).is_err(), "{invalid}");
        }
    }
}
