use actix_web::test::TestRequest;
use serde_json::Value;

use crate::support::TestApp;

/// Follows the links from this path to the end; the titles page by page.
async fn walk(app: &TestApp, path: &str) -> Vec<Vec<String>> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let response = app.get("ann", &path).await;
        assert_eq!(response.status, 200, "{path}");
        let title = |task: &Value| task["title"].as_str().unwrap().to_owned();
        pages.push(response.json().as_array().unwrap().iter().map(title).collect());
        next = response.header("link").map(|link| {
            let (target, relation) = link.split_once('>').unwrap();
            assert_eq!(relation, r#"; rel="next""#);
            target[1..].to_owned()
        });
    }
    pages
}

#[actix_web::test]
async fn pages_are_newest_first_without_gap_or_duplicate() {
    let app = TestApp::new().await;
    assert_eq!(walk(&app, "/api/ann/tasks").await, [Vec::<String>::new()]);
    for number in 1..=5 {
        app.create_task("ann", &number.to_string()).await;
        app.create_task("bob", "not ann's").await;
    }
    assert_eq!(walk(&app, "/api/ann/tasks?limit=2").await, [vec!["5", "4"], vec!["3", "2"], vec!["1"]]);
    assert_eq!(walk(&app, "/api/ann/tasks?limit=5").await, [["5", "4", "3", "2", "1"]]);
    assert_eq!(walk(&app, "/api/ann/tasks").await, [["5", "4", "3", "2", "1"]]);
}

#[actix_web::test]
async fn status_filter_applies_to_all_pages() {
    let app = TestApp::new().await;
    for number in 1..=6 {
        let id = app.create_task("ann", &number.to_string()).await;
        if number % 2 == 0 {
            app.send_as("ann", TestRequest::patch().uri(&format!("/api/ann/tasks/{id}/complete"))).await;
        }
    }
    assert_eq!(walk(&app, "/api/ann/tasks?status=complete&limit=2").await, [vec!["6", "4"], vec!["2"]]);
    assert_eq!(walk(&app, "/api/ann/tasks?status=incomplete&limit=1").await, [["5"], ["3"], ["1"]]);
}

#[actix_web::test]
async fn invalid_query_parameters_are_all_reported() {
    let app = TestApp::new().await;
    let response = app.get("ann", "/api/ann/tasks?limit=0&status=done&cursor=x&limit=5").await;
    assert_eq!(response.problem(), (400, "bad_query".to_owned()));
    let expected = [("limit", "invalid"), ("status", "invalid"), ("cursor", "invalid"), ("limit", "duplicate")];
    assert_eq!(response.field_errors(), expected.map(|(field, code)| (field.to_owned(), code.to_owned())));
}
