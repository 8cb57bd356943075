use actix_web::{http::Method, test::TestRequest};
use api_http::{Door, routes};
use serde_json::{Value, json};
use todo_store::test_util::TestDatabase;

use crate::support::TestApi;

/// What is open to everybody. Another route may only join by being added here, on purpose.
const PUBLIC: [&str; 6] = ["/livez", "/readyz", "/openapi.json", "/docs", "/docs/{file:.*}", "/problems/{code}"];

/// A body that would succeed for the owner. A new route is not covered until it has its line here.
fn body(method: &Method, pattern: &str) -> Option<Value> {
    match (method.as_str(), pattern) {
        ("POST", "/api/{user_id}/tasks") => Some(json!({ "title": "planted" })),
        ("PUT", "/api/{user_id}/tasks/{id}") => Some(json!({ "title": "stolen" })),
        ("PATCH", "/api/{user_id}/tasks/{id}/complete") => Some(json!({ "completed": true })),
        ("GET", "/api/{user_id}/tasks") | ("GET" | "DELETE", "/api/{user_id}/tasks/{id}") => None,
        (method, pattern) => panic!("{method} {pattern} is not covered by the isolation test"),
    }
}

fn request(method: &Method, pattern: &str, user: &str, id: i64) -> TestRequest {
    let path = pattern.replace("{user_id}", user).replace("{id}", &id.to_string());
    let request = TestRequest::with_uri(&path).method(method.clone());
    match body(method, pattern) {
        Some(body) => request.set_json(body),
        None => request,
    }
}

async fn every_route_is_closed_to_strangers(database: TestDatabase) {
    let api = TestApi::start(database, None, &[]).await;
    let anns = api.add("ann", "ann's secret").await;
    let bobs = api.add("bob", "bob's own").await;
    let missing = bobs + 1_000_000;
    let before = api.get("ann", "/api/ann/tasks").await.body;

    for (method, pattern, door) in routes() {
        if door == Door::Public {
            assert!(PUBLIC.contains(&pattern), "{method} {pattern} is open to everybody");
            continue;
        }
        let nobody = api.send(request(&method, pattern, "ann", anns)).await;
        assert_eq!(nobody.problem(), (401, "missing_token".to_owned()), "{method} {pattern}");

        for id in [anns, bobs, missing] {
            let stranger = api.send_as("bob", request(&method, pattern, "ann", id)).await;
            assert_eq!(stranger.problem(), (403, "forbidden".to_owned()), "{method} {pattern}");
            let of_nobody = api.send_as("bob", request(&method, pattern, "ghost", id)).await;
            assert_eq!((of_nobody.status, of_nobody.body), (stranger.status, stranger.body), "{method} {pattern}");
        }
        if pattern.contains("{id}") {
            let theirs = api.send_as("bob", request(&method, pattern, "bob", anns)).await;
            let none = api.send_as("bob", request(&method, pattern, "bob", missing)).await;
            assert_eq!(theirs.problem(), (404, "task_not_found".to_owned()), "{method} {pattern}");
            assert_eq!(theirs.body, none.body, "{method} {pattern}");
        }
    }
    assert_eq!(api.get("ann", "/api/ann/tasks").await.body, before);
    assert!(!api.get("bob", "/api/bob/tasks").await.body.windows(6).any(|text| text == b"secret"));
}

#[actix_web::test]
async fn every_route_is_closed_to_strangers_on_sqlite() {
    every_route_is_closed_to_strangers(TestDatabase::sqlite()).await;
}

#[actix_web::test]
async fn every_route_is_closed_to_strangers_on_postgres() {
    every_route_is_closed_to_strangers(TestDatabase::postgres().await).await;
}

#[actix_web::test]
async fn the_owner_is_let_in_everywhere() {
    let api = TestApi::start(TestDatabase::sqlite(), None, &[]).await;
    for (method, pattern, _) in routes().filter(|(_, _, door)| *door == Door::Owner) {
        let id = api.add("ann", "mine").await;
        let answer = api.send_as("ann", request(&method, pattern, "ann", id)).await;
        assert!(answer.status.is_success(), "{method} {pattern}: {}", answer.status);
    }
}
