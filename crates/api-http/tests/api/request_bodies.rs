use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{TestApp, TestResponse};

async fn post(app: &TestApp, media_type: &str, body: impl Into<Vec<u8>>) -> TestResponse {
    let request = TestRequest::post().uri("/api/ann/tasks").insert_header(("Content-Type", media_type));
    app.send_as("ann", request.set_payload(body.into())).await
}

#[actix_web::test]
async fn body_of_another_media_type_is_rejected() {
    let app = TestApp::new().await;
    for media_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        assert_eq!(post(&app, media_type, r#"{"title":"a"}"#).await.status, 201, "{media_type}");
    }
    for media_type in [
        "text/plain",
        "",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "é",
    ] {
        let response = post(&app, media_type, r#"{"title":"a"}"#).await;
        assert_eq!(response.problem(), (415, "unsupported_media_type".to_owned()), "{media_type}");
    }
    let coded = TestRequest::post()
        .uri("/api/ann/tasks")
        .insert_header(("Content-Encoding", "gzip"))
        .set_json(json!({ "title": "a" }));
    assert_eq!(app.send_as("ann", coded).await.status, 415);
    let untyped = TestRequest::post().uri("/api/ann/tasks").set_payload(r#"{"title":"a"}"#);
    assert_eq!(app.send_as("ann", untyped).await.status, 415);
}

#[actix_web::test]
async fn malformed_json_is_rejected() {
    let app = TestApp::new().await;
    for body in [
        &b""[..],
        b"{",
        b"{\"title\":\"a\"}}",
        b"{\"title\":\"a\"}{}",
        b"{'title':'a'}",
        b"{\"title\":\"\xff\xfe\"}",
        b"{\"title\":\"\xc0\xaf\"}",
        b"{\"title\":\"a\x01b\"}",
        b"\xef\xbb\xbf{\"title\":\"a\"}",
        b"{\"title\":\"a\\ud800b\"}",
        b"{\"description\":1e999}",
    ] {
        assert_eq!(
            post(&app, "application/json", body).await.problem(),
            (400, "malformed_json".to_owned()),
            "{body:?}"
        );
    }
    let deep = format!("{{\"title\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(post(&app, "application/json", deep).await.problem().0, 400);
}

#[actix_web::test]
async fn each_invalid_field_is_reported() {
    let app = TestApp::new().await;
    for (body, field, code) in [
        (json!([{ "title": "a" }]), "", "wrong_type"),
        (json!(null), "", "wrong_type"),
        (json!({}), "title", "required"),
        (json!({ "title": null }), "title", "wrong_type"),
        (json!({ "title": "  " }), "title", "blank"),
        (json!({ "title": "x".repeat(256) }), "title", "too_long"),
        (json!({ "title": "a\r\nSet-Cookie: x=1" }), "title", "control_character"),
        (json!({ "title": "a\0b" }), "title", "control_character"),
        (json!({ "title": "a", "description": 5 }), "description", "wrong_type"),
        (json!({ "title": "a", "description": "x".repeat(5001) }), "description", "too_long"),
        (json!({ "title": "a", "description": "a\r\nb" }), "description", "control_character"),
        (json!({ "title": "a", "user_id": "bob" }), "user_id", "unknown_member"),
    ] {
        let response = post(&app, "application/json", body.to_string()).await;
        assert_eq!(response.problem(), (400, "invalid_body".to_owned()), "{body}");
        assert_eq!(response.field_errors(), [(field.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(
        post(&app, "application/json", r#"{"title":"a","title":"b"}"#).await.field_errors()[0].1,
        "duplicate_member"
    );
    assert_eq!(app.get("ann", "/api/ann/tasks").await.json(), json!([]));
}

#[actix_web::test]
async fn body_larger_than_64_kib_is_rejected() {
    let app = TestApp::new().await;
    let padded = |length: usize| format!("{{\"title\":\"a\"}}{}", " ".repeat(length - 13));
    assert_eq!(post(&app, "application/json", padded(64 * 1024)).await.status, 201);
    assert_eq!(
        post(&app, "application/json", padded(64 * 1024 + 1)).await.problem(),
        (413, "body_too_large".to_owned())
    );
    let announced = TestRequest::post()
        .uri("/api/ann/tasks")
        .insert_header(("Content-Type", "application/json"))
        .insert_header(("Content-Length", "10737418240"));
    assert_eq!(app.send_as("ann", announced).await.status, 413);
}

#[actix_web::test]
async fn complete_without_body_succeeds_and_with_invalid_body_is_rejected() {
    let app = TestApp::new().await;
    let path = format!("/api/ann/tasks/{}/complete", app.create_task("ann", "one").await);
    let patch = |body: &str| {
        TestRequest::patch().uri(&path).insert_header(("Content-Type", "application/json")).set_payload(body.to_owned())
    };
    assert_eq!(app.send_as("ann", patch("")).await.status, 200);
    for body in [
        "{}",
        "true",
        r#"{"completed":null}"#,
        r#"{"completed":"true"}"#,
        r#"{"complete":true}"#,
        r#"{"completed":true,"completed":false}"#,
    ] {
        assert_eq!(app.send_as("ann", patch(body)).await.problem(), (400, "invalid_body".to_owned()), "{body}");
    }
    let untyped = TestRequest::patch().uri(&path).set_payload(r#"{"completed":false}"#);
    assert_eq!(app.send_as("ann", untyped).await.status, 415);
    assert_eq!(app.get("ann", path.trim_end_matches("/complete")).await.json()["status"], "complete");
}

#[actix_web::test]
async fn at_most_ten_body_errors_are_reported() {
    let app = TestApp::new().await;
    let members: Vec<String> = (0..500).map(|number| format!(r#""{number}":0"#)).collect();
    let body = format!("{{{}}}", members.join(","));
    let request = TestRequest::post().uri("/api/ann/tasks").insert_header(("Content-Type", "application/json"));
    let response = app.send_as("ann", request.set_payload(body)).await;
    assert_eq!(response.problem(), (400, "invalid_body".to_owned()));
    assert_eq!(response.field_errors().len(), 10);
}
