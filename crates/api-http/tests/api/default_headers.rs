use actix_web::test::TestRequest;

use crate::support::TestApp;

#[actix_web::test]
async fn every_response_has_the_default_headers() {
    let app = TestApp::new().await;
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
        let response = app.get("ann", path).await;
        assert_eq!(response.header("cache-control"), Some("no-store"), "{path}");
        assert_eq!(response.header("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(response.header("x-request-id").map(str::len), Some(32), "{path}");
        assert_eq!(response.header("server"), None, "{path}");
    }
}

#[actix_web::test]
async fn valid_request_id_is_returned() {
    let app = TestApp::new().await;
    let get_with_id = async |id: &str| {
        let response = app.send(TestRequest::get().uri("/livez").insert_header(("X-Request-Id", id))).await;
        response.header("x-request-id").unwrap().to_owned()
    };
    assert_eq!(get_with_id("trace-7.a_B").await, "trace-7.a_B");
    assert_ne!(get_with_id("<b>").await, "<b>");
}

#[actix_web::test]
async fn health_without_token_returns_constant_body() {
    let app = TestApp::new().await;
    for path in ["/livez", "/readyz"] {
        let response = app.send(TestRequest::get().uri(path)).await;
        assert_eq!((response.status.as_u16(), &response.body[..]), (200, &br#"{"status":"ok"}"#[..]));
    }
}
