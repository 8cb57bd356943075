use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answer, TestApi, api};

async fn put_if(api: &TestApi, path: &str, condition: &str) -> Answer {
    let request =
        TestRequest::put().uri(path).insert_header(("If-Match", condition)).set_json(json!({ "title": "changed" }));
    api.send_as("ann", request).await
}

#[actix_web::test]
async fn a_change_applies_only_to_the_version_it_names() {
    let api = api().await;
    let path = format!("/api/ann/tasks/{}", api.add("ann", "one").await);
    let first = api.get("ann", &path).await.header("etag").unwrap().to_owned();

    let changed = put_if(&api, &path, &first).await;
    assert_eq!(changed.status, 200);
    let second = changed.header("etag").unwrap().to_owned();
    assert_ne!(first, second);
    assert_eq!(put_if(&api, &path, &first).await.problem(), (412, "stale".to_owned()));
    for never_ours in ["\"\"", "\"x\"", "\"02\"", "\"+2\"", &format!("W/{second}")] {
        assert_eq!(put_if(&api, &path, never_ours).await.status, 412, "{never_ours}");
    }
    for malformed in ["2", "", "\"2"] {
        assert_eq!(put_if(&api, &path, malformed).await.problem(), (400, "bad_precondition".to_owned()), "{malformed}");
    }
    assert_eq!(put_if(&api, &path, &format!("{first}, {second}")).await.status, 200);
    assert_eq!(put_if(&api, &path, "*").await.status, 200);
    assert_eq!(put_if(&api, "/api/ann/tasks/999999", "*").await.status, 404);
}

#[actix_web::test]
async fn deleting_and_completing_take_the_condition_too() {
    let api = api().await;
    let path = format!("/api/ann/tasks/{}", api.add("ann", "one").await);
    let stale = ("If-Match", "\"7\"");
    assert_eq!(api.send_as("ann", TestRequest::delete().uri(&path).insert_header(stale)).await.status, 412);
    let complete = format!("{path}/complete");
    assert_eq!(api.send_as("ann", TestRequest::patch().uri(&complete).insert_header(stale)).await.status, 412);
    assert_eq!(api.get("ann", &path).await.json()["status"], "incomplete");
    let current = api.get("ann", &path).await.header("etag").unwrap().to_owned();
    assert_eq!(
        api.send_as("ann", TestRequest::delete().uri(&path).insert_header(("If-Match", current))).await.status,
        204
    );
}

#[actix_web::test]
async fn what_the_client_has_is_not_sent_again() {
    let api = api().await;
    let path = format!("/api/ann/tasks/{}", api.add("ann", "one").await);
    let tag = api.get("ann", &path).await.header("etag").unwrap().to_owned();
    let read_if = async |condition: &str| {
        api.send_as("ann", TestRequest::get().uri(&path).insert_header(("If-None-Match", condition))).await
    };
    for known in [tag.as_str(), &format!("\"x\", W/{tag}"), "*"] {
        let answer = read_if(known).await;
        assert_eq!((answer.status.as_u16(), answer.body.len()), (304, 0), "{known}");
        assert_eq!(answer.header("etag"), Some(tag.as_str()));
    }
    for other in ["\"x\"", "nonsense"] {
        assert_eq!(read_if(other).await.status, 200, "{other}");
    }
}
