use actix_web::test::TestRequest;

use crate::support::api;

#[actix_web::test]
async fn every_answer_has_an_id_and_stays_out_of_caches() {
    let api = api().await;
    for path in [
        "/api/ann/tasks",
        "/api/bob/tasks",
        "/api/ann/tasks/1",
        "/api/ann/tasks/x",
        "/nowhere",
        "/livez",
        "/readyz",
        "/openapi.json",
        "/docs",
        "/docs/",
    ] {
        let answer = api.get("ann", path).await;
        assert_eq!(answer.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.header("x-request-id").map(str::len), Some(32), "{path}");
        assert_eq!(answer.header("server"), None, "{path}");
    }
}

#[actix_web::test]
async fn a_request_keeps_the_id_it_came_with() {
    let api = api().await;
    let ask = async |id: &str| {
        let answer = api.send(TestRequest::get().uri("/livez").insert_header(("X-Request-Id", id))).await;
        answer.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(ask("trace-7.a_B").await, "trace-7.a_B");
    assert_ne!(ask("<b>").await, "<b>");
}

#[actix_web::test]
async fn health_needs_no_token_and_says_no_cause() {
    let api = api().await;
    for path in ["/livez", "/readyz"] {
        let answer = api.send(TestRequest::get().uri(path)).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, &br#"{"status":"ok"}"#[..]));
    }
}
