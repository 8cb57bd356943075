use actix_web::test::TestRequest;
use serde_json::Value;

use crate::support::{TestApi, api};

/// Follows the links from this address to the end; the titles page by page.
async fn walk(api: &TestApi, address: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(address.to_owned());
    while let Some(address) = next {
        let answer = api.get("ann", &address).await;
        assert_eq!(answer.status, 200, "{address}");
        let title = |task: &Value| task["title"].as_str().unwrap().to_owned();
        pages.push(answer.json().as_array().unwrap().iter().map(title).collect());
        next = answer.header("link").map(|link| {
            let (target, relation) = link.split_once('>').unwrap();
            assert_eq!(relation, r#"; rel="next""#);
            target[1..].to_owned()
        });
    }
    pages
}

#[actix_web::test]
async fn pages_are_newest_first_without_gap_or_repeat() {
    let api = api().await;
    assert_eq!(walk(&api, "/api/ann/tasks").await, [Vec::<String>::new()]);
    for number in 1..=5 {
        api.add("ann", &number.to_string()).await;
        api.add("bob", "not ann's").await;
    }
    assert_eq!(walk(&api, "/api/ann/tasks?limit=2").await, [vec!["5", "4"], vec!["3", "2"], vec!["1"]]);
    assert_eq!(walk(&api, "/api/ann/tasks?limit=5").await, [["5", "4", "3", "2", "1"]]);
    assert_eq!(walk(&api, "/api/ann/tasks").await, [["5", "4", "3", "2", "1"]]);
}

#[actix_web::test]
async fn a_filter_stays_on_over_all_pages() {
    let api = api().await;
    for number in 1..=6 {
        let id = api.add("ann", &number.to_string()).await;
        if number % 2 == 0 {
            api.send_as("ann", TestRequest::patch().uri(&format!("/api/ann/tasks/{id}/complete"))).await;
        }
    }
    assert_eq!(walk(&api, "/api/ann/tasks?status=complete&limit=2").await, [vec!["6", "4"], vec!["2"]]);
    assert_eq!(walk(&api, "/api/ann/tasks?status=incomplete&limit=1").await, [["5"], ["3"], ["1"]]);
}

#[actix_web::test]
async fn a_bad_query_value_is_named() {
    let api = api().await;
    let answer = api.get("ann", "/api/ann/tasks?limit=0&status=done&cursor=x&limit=5").await;
    assert_eq!(answer.problem(), (400, "bad_query".to_owned()));
    let expected = [("limit", "invalid"), ("status", "invalid"), ("cursor", "invalid"), ("limit", "duplicate")];
    assert_eq!(answer.faults(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}
