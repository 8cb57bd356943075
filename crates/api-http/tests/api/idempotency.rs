use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{TestApp, TestResponse};

async fn post(app: &TestApp, user: &str, key: &str, title: &str) -> TestResponse {
    let request = TestRequest::post().uri(&format!("/api/{user}/tasks")).insert_header(("Idempotency-Key", key));
    app.send_as(user, request.set_json(json!({ "title": title }))).await
}

#[actix_web::test]
async fn repeated_idempotency_key_returns_the_first_response() {
    let app = TestApp::new().await;
    let first = post(&app, "ann", "k-1", "milk").await;
    let repeat = post(&app, "ann", "k-1", "milk").await;
    assert_eq!((repeat.status.as_u16(), &repeat.body), (201, &first.body));
    assert_eq!((repeat.header("location"), repeat.header("etag")), (first.header("location"), first.header("etag")));

    let location = first.header("location").unwrap();
    app.send_as("ann", TestRequest::delete().uri(location)).await;
    assert_eq!(post(&app, "ann", "k-1", " milk ").await.body, first.body);
    assert_eq!(app.get("ann", "/api/ann/tasks").await.json(), json!([]));
}

#[actix_web::test]
async fn idempotency_key_with_another_body_is_rejected_and_of_another_user_is_independent() {
    let app = TestApp::new().await;
    let first = post(&app, "ann", "k", "milk").await;
    assert_eq!(post(&app, "ann", "k", "bread").await.problem(), (422, "idempotency_key_reused".to_owned()));
    let of_bob = post(&app, "bob", "k", "milk").await;
    assert_eq!(of_bob.status, 201);
    assert_ne!(of_bob.json()["id"], first.json()["id"]);
}

#[actix_web::test]
async fn invalid_idempotency_key_creates_no_task() {
    let app = TestApp::new().await;
    for key in ["", "a\tb", &"k".repeat(256)] {
        assert_eq!(post(&app, "ann", key, "milk").await.problem(), (400, "bad_idempotency_key".to_owned()), "{key:?}");
    }
    assert_eq!(post(&app, "ann", "k", " ").await.status, 400);
    assert_eq!(app.get("ann", "/api/ann/tasks").await.json(), json!([]));
    assert_eq!(post(&app, "ann", &"k".repeat(255), "milk").await.status, 201);
}
