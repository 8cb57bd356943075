use actix_web::test::TestRequest;
use serde_json::json;

use crate::support::{Answer, TestApi, api};

async fn post(api: &TestApi, media_type: &str, body: impl Into<Vec<u8>>) -> Answer {
    let request = TestRequest::post().uri("/api/ann/tasks").insert_header(("Content-Type", media_type));
    api.send_as("ann", request.set_payload(body.into())).await
}

#[actix_web::test]
async fn a_body_is_json_in_utf8_without_a_coding() {
    let api = api().await;
    for media_type in [
        "application/json",
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=\"UTF-8\"",
    ] {
        assert_eq!(post(&api, media_type, r#"{"title":"a"}"#).await.status, 201, "{media_type}");
    }
    for media_type in [
        "text/plain",
        "",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "é",
    ] {
        let answer = post(&api, media_type, r#"{"title":"a"}"#).await;
        assert_eq!(answer.problem(), (415, "unsupported_media_type".to_owned()), "{media_type}");
    }
    let coded = TestRequest::post()
        .uri("/api/ann/tasks")
        .insert_header(("Content-Encoding", "gzip"))
        .set_json(json!({ "title": "a" }));
    assert_eq!(api.send_as("ann", coded).await.status, 415);
    let untyped = TestRequest::post().uri("/api/ann/tasks").set_payload(r#"{"title":"a"}"#);
    assert_eq!(api.send_as("ann", untyped).await.status, 415);
}

#[actix_web::test]
async fn what_is_no_json_is_malformed() {
    let api = api().await;
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
            post(&api, "application/json", body).await.problem(),
            (400, "malformed_json".to_owned()),
            "{body:?}"
        );
    }
    let deep = format!("{{\"title\":{}{}}}", "[".repeat(10_000), "]".repeat(10_000));
    assert_eq!(post(&api, "application/json", deep).await.problem().0, 400);
}

#[actix_web::test]
async fn each_wrong_member_is_named() {
    let api = api().await;
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
        let answer = post(&api, "application/json", body.to_string()).await;
        assert_eq!(answer.problem(), (400, "invalid_body".to_owned()), "{body}");
        assert_eq!(answer.faults(), [(field.to_owned(), code.to_owned())], "{body}");
    }
    assert_eq!(post(&api, "application/json", r#"{"title":"a","title":"b"}"#).await.faults()[0].1, "duplicate_member");
    assert_eq!(api.get("ann", "/api/ann/tasks").await.json(), json!([]));
}

#[actix_web::test]
async fn a_body_has_at_most_64_kib() {
    let api = api().await;
    let padded = |length: usize| format!("{{\"title\":\"a\"}}{}", " ".repeat(length - 13));
    assert_eq!(post(&api, "application/json", padded(64 * 1024)).await.status, 201);
    assert_eq!(
        post(&api, "application/json", padded(64 * 1024 + 1)).await.problem(),
        (413, "body_too_large".to_owned())
    );
    let announced = TestRequest::post()
        .uri("/api/ann/tasks")
        .insert_header(("Content-Type", "application/json"))
        .insert_header(("Content-Length", "10737418240"));
    assert_eq!(api.send_as("ann", announced).await.status, 413);
}

#[actix_web::test]
async fn completing_takes_no_body_or_the_right_one() {
    let api = api().await;
    let path = format!("/api/ann/tasks/{}/complete", api.add("ann", "one").await);
    let patch = |body: &str| {
        TestRequest::patch().uri(&path).insert_header(("Content-Type", "application/json")).set_payload(body.to_owned())
    };
    assert_eq!(api.send_as("ann", patch("")).await.status, 200);
    for body in [
        "{}",
        "true",
        r#"{"completed":null}"#,
        r#"{"completed":"true"}"#,
        r#"{"complete":true}"#,
        r#"{"completed":true,"completed":false}"#,
    ] {
        assert_eq!(api.send_as("ann", patch(body)).await.problem(), (400, "invalid_body".to_owned()), "{body}");
    }
    let untyped = TestRequest::patch().uri(&path).set_payload(r#"{"completed":false}"#);
    assert_eq!(api.send_as("ann", untyped).await.status, 415);
    assert_eq!(api.get("ann", path.trim_end_matches("/complete")).await.json()["status"], "complete");
}
