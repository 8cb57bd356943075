use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{TestApp, TestResponse};

async fn put(app: &TestApp, id: i64, body: Value) -> TestResponse {
    app.send_as("ann", TestRequest::put().uri(&format!("/api/ann/tasks/{id}")).set_json(body)).await
}

async fn complete(app: &TestApp, id: i64, body: Option<Value>) -> TestResponse {
    let request = TestRequest::patch().uri(&format!("/api/ann/tasks/{id}/complete"));
    app.send_as("ann", if let Some(body) = body { request.set_json(body) } else { request }).await
}

#[actix_web::test]
async fn task_can_be_created_read_and_deleted() {
    let app = TestApp::new().await;
    let new = json!({ "title": "  Buy milk ", "description": "two\nlitres" });
    let created = app.send_as("ann", TestRequest::post().uri("/api/ann/tasks").set_json(new)).await;
    assert_eq!(created.status, 201);
    let task = created.json();
    let location = created.header("location").unwrap().to_owned();
    assert_eq!(location, format!("/api/ann/tasks/{}", task["id"]));
    assert_eq!((&task["title"], &task["description"]), (&json!("Buy milk"), &json!("two\nlitres")));
    assert_eq!(
        (&task["status"], &task["completed_at"], &task["user_id"]),
        (&json!("incomplete"), &Value::Null, &json!("ann"))
    );
    assert_eq!(task["created_at"], task["updated_at"]);
    assert_eq!(task["created_at"].as_str().unwrap().len(), "2026-11-20T09:30:00.123456Z".len());
    assert_eq!(task.as_object().unwrap().len(), 8);

    let read = app.get("ann", &location).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, task));
    let deleted = app.send_as("ann", TestRequest::delete().uri(&location)).await;
    assert_eq!((deleted.status.as_u16(), deleted.body.len()), (204, 0));
    assert_eq!(app.get("ann", &location).await.problem().0, 404);
    assert_eq!(app.send_as("ann", TestRequest::delete().uri(&location)).await.status, 404);
}

#[actix_web::test]
async fn update_keeps_absent_fields() {
    let app = TestApp::new().await;
    let id = app.create_task("ann", "one").await;
    assert_eq!(put(&app, id, json!({ "description": "more" })).await.json()["title"], "one");
    let changed = put(&app, id, json!({ "title": "two" })).await.json();
    assert_eq!((&changed["title"], &changed["description"]), (&json!("two"), &json!("more")));
    assert_eq!(put(&app, id, json!({ "description": null })).await.json()["description"], Value::Null);
}

#[actix_web::test]
async fn completing_a_complete_task_changes_nothing() {
    let app = TestApp::new().await;
    let id = app.create_task("ann", "one").await;
    let completed = complete(&app, id, None).await;
    assert_eq!(completed.json()["status"], "complete");
    assert!(completed.json()["completed_at"].is_string());
    let again = complete(&app, id, Some(json!({ "completed": true }))).await;
    assert_eq!((again.body, again.headers.get("etag")), (completed.body, completed.headers.get("etag")));
    let reopened = complete(&app, id, Some(json!({ "completed": false }))).await.json();
    assert_eq!((&reopened["status"], &reopened["completed_at"]), (&json!("incomplete"), &Value::Null));
}

#[actix_web::test]
async fn text_is_returned_unchanged() {
    let app = TestApp::new().await;
    for title in [
        "👩‍🚀 café ال",
        "<script>alert(1)</script>",
        "'); DROP TABLE tasks;--",
        "${7*7}{{7*7}}%s%n",
        "a\u{200b}b",
        "\\u0000",
    ] {
        let id = app.create_task("ann", title).await;
        assert_eq!(app.get("ann", &format!("/api/ann/tasks/{id}")).await.json()["title"], title);
    }
}

#[actix_web::test]
async fn links_of_user_id_with_reserved_characters_work() {
    let app = TestApp::new().await;
    let user = "auth0|1/2 å?#%";
    let path = "/api/auth0%7C1%2F2%20%C3%A5%3F%23%25/tasks";
    for title in ["one", "two"] {
        let created = app.send_as(user, TestRequest::post().uri(path).set_json(json!({ "title": title }))).await;
        let location = created.header("location").unwrap().to_owned();
        assert_eq!(app.get(user, &location).await.json()["title"], title);
    }
    let first = app.get(user, &format!("{path}?limit=1")).await;
    let next = first.header("link").unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(app.get(user, &next).await.json()[0]["title"], "one");
}
