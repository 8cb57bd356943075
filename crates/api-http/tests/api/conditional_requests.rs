use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{TestApp, TestResponse};

async fn put_if(app: &TestApp, path: &str, condition: &str) -> TestResponse {
    let request =
        TestRequest::put().uri(path).insert_header(("If-Match", condition)).set_json(json!({ "title": "changed" }));
    app.send_as("ann", request).await
}

#[actix_web::test]
async fn update_with_outdated_if_match_is_rejected() {
    let app = TestApp::new().await;
    let path = format!("/api/ann/tasks/{}", app.create_task("ann", "one").await);
    let first = app.get("ann", &path).await.header("etag").unwrap().to_owned();

    let changed = put_if(&app, &path, &first).await;
    assert_eq!(changed.status, 200);
    let second = changed.header("etag").unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(put_if(&app, &path, &first).await.problem(), (412, "stale".to_owned()));
    for not_issued in ["\"\"", "\"x\"", "\"02\"", "\"+2\"", &format!("W/{second}")] {
        assert_eq!(put_if(&app, &path, not_issued).await.status, 412, "{not_issued}");
    }
    for malformed in ["2", "", "\"2"] {
        assert_eq!(put_if(&app, &path, malformed).await.problem(), (400, "bad_precondition".to_owned()), "{malformed}");
    }
    assert_eq!(put_if(&app, &path, &format!("{first}, {second}")).await.status, 200);
    assert_eq!(put_if(&app, &path, "*").await.status, 200);
    assert_eq!(put_if(&app, "/api/ann/tasks/999999", "*").await.status, 404);
}

#[actix_web::test]
async fn delete_and_complete_with_outdated_if_match_are_rejected() {
    let app = TestApp::new().await;
    let path = format!("/api/ann/tasks/{}", app.create_task("ann", "one").await);
    let stale = ("If-Match", "\"7\"");
    assert_eq!(app.send_as("ann", TestRequest::delete().uri(&path).insert_header(stale)).await.status, 412);
    let complete = format!("{path}/complete");
    assert_eq!(app.send_as("ann", TestRequest::patch().uri(&complete).insert_header(stale)).await.status, 412);
    assert_eq!(app.get("ann", &path).await.json()["status"], "incomplete");
    let current = app.get("ann", &path).await.header("etag").unwrap().to_owned();
    assert_eq!(
        app.send_as("ann", TestRequest::delete().uri(&path).insert_header(("If-Match", current))).await.status,
        204
    );
}

#[actix_web::test]
async fn get_with_current_if_none_match_returns_304() {
    let app = TestApp::new().await;
    let path = format!("/api/ann/tasks/{}", app.create_task("ann", "one").await);
    let tag = app.get("ann", &path).await.header("etag").unwrap().to_owned();
    let get_if = async |condition: &str| {
        app.send_as("ann", TestRequest::get().uri(&path).insert_header(("If-None-Match", condition))).await
    };
    for known in [tag.as_str(), &format!("\"x\", W/{tag}"), "*"] {
        let response = get_if(known).await;
        assert_eq!((response.status.as_u16(), response.body.len()), (304, 0), "{known}");
        assert_eq!(response.header("etag"), Some(tag.as_str()));
    }
    for other in ["\"x\"", "nonsense"] {
        assert_eq!(get_if(other).await.status, 200, "{other}");
    }
}
