use actix_web::test::TestRequest;
use serde_json::{Value, json};

use crate::support::{Answer, TestApi, api};

async fn put(api: &TestApi, id: i64, body: Value) -> Answer {
    api.send_as("ann", TestRequest::put().uri(&format!("/api/ann/tasks/{id}")).set_json(body)).await
}

async fn complete(api: &TestApi, id: i64, body: Option<Value>) -> Answer {
    let request = TestRequest::patch().uri(&format!("/api/ann/tasks/{id}/complete"));
    api.send_as("ann", if let Some(body) = body { request.set_json(body) } else { request }).await
}

#[actix_web::test]
async fn a_task_lives_from_creation_to_deletion() {
    let api = api().await;
    let new = json!({ "title": "  Buy milk ", "description": "two\nlitres" });
    let created = api.send_as("ann", TestRequest::post().uri("/api/ann/tasks").set_json(new)).await;
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

    let read = api.get("ann", &location).await;
    assert_eq!((read.status.as_u16(), read.json()), (200, task));
    let gone = api.send_as("ann", TestRequest::delete().uri(&location)).await;
    assert_eq!((gone.status.as_u16(), gone.body.len()), (204, 0));
    assert_eq!(api.get("ann", &location).await.problem().0, 404);
    assert_eq!(api.send_as("ann", TestRequest::delete().uri(&location)).await.status, 404);
}

#[actix_web::test]
async fn a_change_leaves_what_it_does_not_name() {
    let api = api().await;
    let id = api.add("ann", "one").await;
    assert_eq!(put(&api, id, json!({ "description": "more" })).await.json()["title"], "one");
    let changed = put(&api, id, json!({ "title": "two" })).await.json();
    assert_eq!((&changed["title"], &changed["description"]), (&json!("two"), &json!("more")));
    assert_eq!(put(&api, id, json!({ "description": null })).await.json()["description"], Value::Null);
}

#[actix_web::test]
async fn completing_twice_is_completing_once() {
    let api = api().await;
    let id = api.add("ann", "one").await;
    let done = complete(&api, id, None).await;
    assert_eq!(done.json()["status"], "complete");
    assert!(done.json()["completed_at"].is_string());
    let again = complete(&api, id, Some(json!({ "completed": true }))).await;
    assert_eq!((again.body, again.headers.get("etag")), (done.body, done.headers.get("etag")));
    let reopened = complete(&api, id, Some(json!({ "completed": false }))).await.json();
    assert_eq!((&reopened["status"], &reopened["completed_at"]), (&json!("incomplete"), &Value::Null));
}

#[actix_web::test]
async fn text_comes_back_as_it_was_given() {
    let api = api().await;
    for title in [
        "👩‍🚀 café ال",
        "<script>alert(1)</script>",
        "'); DROP TABLE tasks;--",
        "${7*7}{{7*7}}%s%n",
        "a\u{200b}b",
        "\\u0000",
    ] {
        let id = api.add("ann", title).await;
        assert_eq!(api.get("ann", &format!("/api/ann/tasks/{id}")).await.json()["title"], title);
    }
}

#[actix_web::test]
async fn a_user_id_of_any_spelling_has_links_that_work() {
    let api = api().await;
    let user = "auth0|1/2 å?#%";
    let path = "/api/auth0%7C1%2F2%20%C3%A5%3F%23%25/tasks";
    for title in ["one", "two"] {
        let created = api.send_as(user, TestRequest::post().uri(path).set_json(json!({ "title": title }))).await;
        let location = created.header("location").unwrap().to_owned();
        assert_eq!(api.get(user, &location).await.json()["title"], title);
    }
    let first = api.get(user, &format!("{path}?limit=1")).await;
    let next = first.header("link").unwrap().split(['<', '>']).nth(1).unwrap().to_owned();
    assert_eq!(api.get(user, &next).await.json()[0]["title"], "one");
}
