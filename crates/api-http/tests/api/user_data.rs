use actix_web::test::TestRequest;
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp};

async fn delete_deletes_all_tasks_of_this_user_only(database: TestDatabase) {
    let app = TestApp::start(database, NO_RATE_LIMIT, &[]).await;
    for number in 0..3 {
        app.create_task("ann", &number.to_string()).await;
        app.create_task("bob", &number.to_string()).await;
    }
    let tasks_of_bob = app.get("bob", "/api/bob/tasks").await.body;
    for _ in 0..2 {
        let response = app.send_as("ann", TestRequest::delete().uri("/api/ann")).await;
        assert_eq!((response.status.as_u16(), &response.body[..]), (204, &b""[..]));
        assert_eq!(app.get("ann", "/api/ann/tasks").await.body, "[]");
    }
    assert_eq!(app.get("bob", "/api/bob/tasks").await.body, tasks_of_bob);
}

#[actix_web::test]
async fn delete_deletes_all_tasks_of_this_user_only_on_sqlite() {
    delete_deletes_all_tasks_of_this_user_only(TestDatabase::sqlite()).await;
}

#[actix_web::test]
async fn delete_deletes_all_tasks_of_this_user_only_on_postgres() {
    delete_deletes_all_tasks_of_this_user_only(TestDatabase::postgres().await).await;
}

#[actix_web::test]
async fn repeated_idempotency_key_creates_a_task_after_deletion() {
    let app = TestApp::new().await;
    let create = async || {
        let request = TestRequest::post().uri("/api/ann/tasks").insert_header(("Idempotency-Key", "k"));
        app.send_as("ann", request.set_json(serde_json::json!({ "title": "one" }))).await.json()["id"].as_i64().unwrap()
    };
    let first = create().await;
    assert_eq!(create().await, first);
    app.send_as("ann", TestRequest::delete().uri("/api/ann")).await;
    assert_ne!(create().await, first);
}
