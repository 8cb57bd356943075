use actix_web::{test::TestRequest, web::Bytes};
use serde_json::{Value, json};
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp};

/// Follows the links from this path to the end; the body of each page.
async fn walk_bodies(app: &TestApp, path: &str) -> Vec<Bytes> {
    let mut pages = Vec::new();
    let mut next = Some(path.to_owned());
    while let Some(path) = next {
        let response = app.get("ann", &path).await;
        assert_eq!(response.status, 200, "{path}");
        next = response.header("link").map(|link| {
            let (target, relation) = link.split_once('>').unwrap();
            assert_eq!(relation, r#"; rel="next""#);
            target[1..].to_owned()
        });
        pages.push(response.body);
    }
    pages
}

fn titles(page: &Bytes) -> Vec<String> {
    let tasks: Vec<Value> = serde_json::from_slice(page).unwrap();
    tasks.iter().map(|task| task["title"].as_str().unwrap().to_owned()).collect()
}

/// Follows the links from this path to the end; the titles page by page.
async fn walk(app: &TestApp, path: &str) -> Vec<Vec<String>> {
    walk_bodies(app, path).await.iter().map(titles).collect()
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

/// Creates 45 tasks with the longest descriptions and compares the pages of this path.
async fn pages_end_before_256_kib(database: TestDatabase) {
    let app = TestApp::start(database, NO_RATE_LIMIT, &[]).await;
    let mut created = Vec::new();
    // One byte a character, two as JSON escapes them, four, and a mixture.
    for (number, text) in ["x", "\"", "\n", "\\", "\u{1f469}", "\"\u{1f469}"].iter().cycle().take(45).enumerate() {
        let description: String = text.chars().cycle().take(5000).collect();
        let task = json!({ "title": number.to_string(), "description": description });
        let request = TestRequest::post().uri("/api/ann/tasks").set_json(task);
        assert_eq!(app.send_as("ann", request).await.status, 201);
        created.insert(0, number.to_string());
    }
    for path in ["/api/ann/tasks?limit=200", "/api/ann/tasks?limit=200&status=incomplete", "/api/ann/tasks?limit=30"] {
        let pages = walk_bodies(&app, path).await;
        assert_eq!(pages.iter().flat_map(titles).collect::<Vec<_>>(), created, "{path}");
        assert!(pages.len() > 1, "{path}");
        for (page, next) in pages.iter().zip(&pages[1..]) {
            let tasks: Vec<Value> = serde_json::from_slice(next).unwrap();
            let comma_and_task = 1 + serde_json::to_vec(&tasks[0]).unwrap().len();
            let is_full = page.len() + comma_and_task > 262_144 || titles(page).len() == 30;
            assert!(page.len() <= 262_144 && is_full, "{path}: {} + {comma_and_task}", page.len());
        }
        assert!(pages.last().unwrap().len() <= 262_144);
    }
}

#[actix_web::test]
async fn pages_end_before_256_kib_on_sqlite() {
    pages_end_before_256_kib(TestDatabase::sqlite()).await;
}

#[actix_web::test]
async fn pages_end_before_256_kib_on_postgres() {
    pages_end_before_256_kib(TestDatabase::postgres().await).await;
}

#[actix_web::test]
async fn at_most_ten_query_errors_are_reported() {
    let app = TestApp::new().await;
    let response = app.get("ann", &format!("/api/ann/tasks?{}", "limit=0&".repeat(500))).await;
    assert_eq!(response.problem(), (400, "bad_query".to_owned()));
    assert_eq!(response.field_errors().len(), 10);
}
