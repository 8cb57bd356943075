use actix_web::test::TestRequest;
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp, TestResponse};

const ORIGIN: &str = "http://localhost:3000";

async fn app_with_cors() -> TestApp {
    TestApp::start(TestDatabase::sqlite(), NO_RATE_LIMIT, &[ORIGIN, "https://todo.example"]).await
}

async fn preflight(app: &TestApp, origin: &str, method: &str) -> TestResponse {
    let request = TestRequest::with_uri("/api/ann/tasks").method("OPTIONS".parse().unwrap());
    let request = request.insert_header(("Origin", origin)).insert_header(("Access-Control-Request-Method", method));
    app.send(
        request
            .insert_header(("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,if-match")),
    )
    .await
}

#[actix_web::test]
async fn allowed_origin_gets_cors_headers() {
    let app = app_with_cors().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let response = preflight(&app, ORIGIN, method).await;
        assert_eq!(
            (response.status.as_u16(), response.header("access-control-allow-origin")),
            (200, Some(ORIGIN)),
            "{method}"
        );
        assert!(response.header("access-control-allow-methods").unwrap().contains(method));
        assert!(response.header("access-control-allow-headers").unwrap().to_lowercase().contains("authorization"));
        assert!(response.header("vary").unwrap().to_lowercase().contains("origin"));
        assert_eq!(response.header("access-control-allow-credentials"), None);
    }
    let rejected = app.send(TestRequest::get().uri("/api/ann/tasks").insert_header(("Origin", ORIGIN))).await;
    assert_eq!((rejected.status.as_u16(), rejected.header("access-control-allow-origin")), (401, Some(ORIGIN)));
    assert!(rejected.header("access-control-expose-headers").unwrap().to_lowercase().contains("www-authenticate"));
}

#[actix_web::test]
async fn other_origin_gets_no_cors_headers() {
    let app = app_with_cors().await;
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:30001",
        "https://localhost:3000",
        "http://localhost:3000.evil.example",
        "http://x@localhost:3000",
    ] {
        let response = preflight(&app, origin, "GET").await;
        assert_eq!(response.header("access-control-allow-origin"), None, "{origin}");
        if response.status.is_client_error() {
            response.problem();
        }
        let get = TestRequest::get().uri("/api/ann/tasks").insert_header(("Origin", origin));
        assert_eq!(app.send_as("ann", get).await.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[actix_web::test]
async fn cors_without_allowed_origins_is_off() {
    let app = TestApp::new().await;
    assert_eq!(preflight(&app, ORIGIN, "GET").await.header("access-control-allow-origin"), None);
}
