use actix_web::{http::Method, test::TestRequest};
use serde_json::{Value, json};
use todo_store::test_util::TestDatabase;

use crate::{
    openapi::documented_operations,
    support::{NO_RATE_LIMIT, TestApp},
};

/// Operations without authentication. An addition needs a line here.
const PUBLIC: [&str; 2] = ["/livez", "/readyz"];

/// A body with which the operation succeeds for the owner. A new operation needs a line here.
fn body(method: &Method, path: &str) -> Option<Value> {
    match (method.as_str(), path) {
        ("POST", "/api/{user_id}/tasks") => Some(json!({ "title": "planted" })),
        ("PUT", "/api/{user_id}/tasks/{id}") => Some(json!({ "title": "stolen" })),
        ("PATCH", "/api/{user_id}/tasks/{id}/complete") => Some(json!({ "completed": true })),
        ("GET", "/api/{user_id}/tasks" | "/api/{user_id}/token-uses")
        | ("GET" | "DELETE", "/api/{user_id}/tasks/{id}")
        | ("DELETE", "/api/{user_id}") => None,
        (method, path) => panic!("{method} {path} is not covered by the isolation test"),
    }
}

/// Every documented operation on what belongs to a user.
fn user_operations() -> Vec<(Method, String)> {
    let mut operations = documented_operations();
    operations.retain(|(_, path)| !PUBLIC.contains(&path.as_str()));
    assert!(operations.len() >= 6, "{operations:?}");
    operations
}

fn request(method: &Method, path: &str, user: &str, id: i64) -> TestRequest {
    let uri = path.replace("{user_id}", user).replace("{id}", &id.to_string());
    let request = TestRequest::with_uri(&uri).method(method.clone());
    match body(method, path) {
        Some(body) => request.set_json(body),
        None => request,
    }
}

async fn every_operation_rejects_other_users(database: TestDatabase) {
    let app = TestApp::start(database, NO_RATE_LIMIT, &[]).await;
    let id_of_ann = app.create_task("ann", "ann's secret").await;
    let id_of_bob = app.create_task("bob", "bob's own").await;
    let missing = id_of_bob + 1_000_000;
    let before = app.get("ann", "/api/ann/tasks").await.body;

    for (method, path) in user_operations() {
        let without_token = app.send(request(&method, &path, "ann", id_of_ann)).await;
        assert_eq!(without_token.problem(), (401, "missing_token".to_owned()), "{method} {path}");

        for id in [id_of_ann, id_of_bob, missing] {
            let other_user = app.send_as("bob", request(&method, &path, "ann", id)).await;
            assert_eq!(other_user.problem(), (403, "forbidden".to_owned()), "{method} {path}");
            let missing_user = app.send_as("bob", request(&method, &path, "ghost", id)).await;
            assert_eq!(
                (missing_user.status, missing_user.body),
                (other_user.status, other_user.body),
                "{method} {path}"
            );
        }
        if path.contains("{id}") {
            let other_task = app.send_as("bob", request(&method, &path, "bob", id_of_ann)).await;
            let missing_task = app.send_as("bob", request(&method, &path, "bob", missing)).await;
            assert_eq!(other_task.problem(), (404, "task_not_found".to_owned()), "{method} {path}");
            assert_eq!(other_task.body, missing_task.body, "{method} {path}");
        }
    }
    assert_eq!(app.get("ann", "/api/ann/tasks").await.body, before);
    assert!(!app.get("bob", "/api/bob/tasks").await.body.windows(6).any(|text| text == b"secret"));
}

#[actix_web::test]
async fn every_operation_rejects_other_users_on_sqlite() {
    every_operation_rejects_other_users(TestDatabase::sqlite()).await;
}

#[actix_web::test]
async fn every_operation_rejects_other_users_on_postgres() {
    every_operation_rejects_other_users(TestDatabase::postgres().await).await;
}

#[actix_web::test]
async fn every_operation_succeeds_for_the_owner() {
    let app = TestApp::new().await;
    for (method, path) in user_operations() {
        let id = app.create_task("ann", "own").await;
        let response = app.send_as("ann", request(&method, &path, "ann", id)).await;
        assert!(response.status.is_success(), "{method} {path}: {}", response.status);
    }
}
