use actix_web::{HttpRequest, web::Query};
use todo_domain::{OwnerId, TaskId, TaskStatus};
use todo_store::ListQuery;

use crate::{error::ApiError, explain::FieldError, path};

/// How many tasks a page has when the client does not say, and at most.
const DEFAULT_LIMIT: u16 = 50;
const MOST: u16 = 200;

/// The page a request asks for. Parameters it does not know are ignored; one it knows may stand there once.
pub(crate) fn asked_for(request: &HttpRequest) -> Result<ListQuery, ApiError> {
    let mut page = ListQuery { status: None, before: None, limit: DEFAULT_LIMIT };
    let parameters = Query::<Vec<(String, String)>>::from_query(request.query_string())
        .map_err(|_| ApiError::BadQuery(vec![FieldError::new("", "malformed", "must be name=value pairs")]))?;
    let mut seen: Vec<&str> = Vec::new();
    let mut faults = Vec::new();
    for (name, value) in parameters.iter() {
        let fault = match name.as_str() {
            known @ ("status" | "limit" | "cursor") if seen.contains(&known) => {
                Some(("duplicate", "must be there only once"))
            }
            "status" => set(value.parse().ok().map(Some), &mut page.status, "must be incomplete or complete"),
            "limit" => set(limit(value), &mut page.limit, "must be a whole number from 1 to 200"),
            "cursor" => set(value.parse().ok().map(Some), &mut page.before, "must come from a Link header"),
            _ => None,
        };
        faults.extend(fault.map(|(code, detail)| FieldError::new(name.clone(), code, detail)));
        seen.push(name);
    }
    if faults.is_empty() { Ok(page) } else { Err(ApiError::BadQuery(faults)) }
}

/// Where the next page is (RFC 8288 §3).
pub(crate) fn link_to_next(owner: &OwnerId, page: &ListQuery, next: TaskId) -> String {
    let status = match page.status {
        None => "",
        Some(TaskStatus::Incomplete) => "status=incomplete&",
        Some(TaskStatus::Complete) => "status=complete&",
    };
    format!(r#"<{}?{status}limit={}&cursor={next}>; rel="next""#, path::tasks_of(owner), page.limit)
}

fn set<T>(parsed: Option<T>, place: &mut T, otherwise: &'static str) -> Option<(&'static str, &'static str)> {
    match parsed {
        Some(value) => {
            *place = value;
            None
        }
        None => Some(("invalid", otherwise)),
    }
}

fn limit(text: &str) -> Option<u16> {
    let digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|limit| digits && (1..=MOST).contains(limit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn page(query: &str) -> Result<ListQuery, ApiError> {
        asked_for(&TestRequest::with_uri(&format!("/?{query}")).to_http_request())
    }

    #[test]
    fn a_page_has_defaults_and_bounds() {
        let default = page("").unwrap();
        assert_eq!((default.status, default.before, default.limit), (None, None, 50));
        let asked = page("status=complete&limit=200&cursor=7&unknown=1&unknown=2").unwrap();
        assert_eq!(
            (asked.status, asked.before.map(TaskId::get), asked.limit),
            (Some(TaskStatus::Complete), Some(7), 200)
        );
        for bad in [
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
            assert!(page(bad).is_err(), "{bad}");
        }
    }
}
