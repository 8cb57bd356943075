use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answer, TestApi, api};

async fn post(api: &TestApi, user: &str, key: &str, title: &str) -> Answer {
    let request = TestRequest::post().uri(&format!("/api/{user}/tasks")).insert_header(("Idempotency-Key", key));
    api.send_as(user, request.set_json(json!({ "title": title }))).await
}

#[actix_web::test]
async fn a_repeat_gives_the_first_answer_again() {
    let api = api().await;
    let first = post(&api, "ann", "k-1", "milk").await;
    let repeat = post(&api, "ann", "k-1", "milk").await;
    assert_eq!((repeat.status.as_u16(), &repeat.body), (201, &first.body));
    assert_eq!((repeat.header("location"), repeat.header("etag")), (first.header("location"), first.header("etag")));

    let location = first.header("location").unwrap();
    api.send_as("ann", TestRequest::delete().uri(location)).await;
    assert_eq!(post(&api, "ann", "k-1", " milk ").await.body, first.body);
    assert_eq!(api.get("ann", "/api/ann/tasks").await.json(), json!([]));
}

#[actix_web::test]
async fn another_body_is_refused_and_another_user_is_free() {
    let api = api().await;
    let first = post(&api, "ann", "k", "milk").await;
    assert_eq!(post(&api, "ann", "k", "bread").await.problem(), (422, "idempotency_key_reused".to_owned()));
    let bobs = post(&api, "bob", "k", "milk").await;
    assert_eq!(bobs.status, 201);
    assert_ne!(bobs.json()["id"], first.json()["id"]);
}

#[actix_web::test]
async fn a_bad_key_adds_nothing() {
    let api = api().await;
    for key in ["", "a\tb", &"k".repeat(256)] {
        assert_eq!(post(&api, "ann", key, "milk").await.problem(), (400, "bad_idempotency_key".to_owned()), "{key:?}");
    }
    assert_eq!(post(&api, "ann", "k", " ").await.status, 400);
    assert_eq!(api.get("ann", "/api/ann/tasks").await.json(), json!([]));
    assert_eq!(post(&api, "ann", &"k".repeat(255), "milk").await.status, 201);
}
