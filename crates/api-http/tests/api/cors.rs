use actix_web::test::TestRequest;
use todo_store::test_util::TestDatabase;

use crate::support::{Answer, TestApi, api};

const ORIGIN: &str = "http://localhost:3000";

async fn with_cors() -> TestApi {
    TestApi::start(TestDatabase::sqlite(), None, &[ORIGIN, "https://todo.example"]).await
}

async fn preflight(api: &TestApi, origin: &str, method: &str) -> Answer {
    let request = TestRequest::with_uri("/api/ann/tasks").method("OPTIONS".parse().unwrap());
    let request = request.insert_header(("Origin", origin)).insert_header(("Access-Control-Request-Method", method));
    api.send(
        request
            .insert_header(("Access-Control-Request-Headers", "authorization,content-type,idempotency-key,if-match")),
    )
    .await
}

#[actix_web::test]
async fn an_allowed_origin_may_call_and_read() {
    let api = with_cors().await;
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let answer = preflight(&api, ORIGIN, method).await;
        assert_eq!(
            (answer.status.as_u16(), answer.header("access-control-allow-origin")),
            (200, Some(ORIGIN)),
            "{method}"
        );
        assert!(answer.header("access-control-allow-methods").unwrap().contains(method));
        assert!(answer.header("access-control-allow-headers").unwrap().to_lowercase().contains("authorization"));
        assert!(answer.header("vary").unwrap().to_lowercase().contains("origin"));
        assert_eq!(answer.header("access-control-allow-credentials"), None);
    }
    let refused = api.send(TestRequest::get().uri("/api/ann/tasks").insert_header(("Origin", ORIGIN))).await;
    assert_eq!((refused.status.as_u16(), refused.header("access-control-allow-origin")), (401, Some(ORIGIN)));
    assert!(refused.header("access-control-expose-headers").unwrap().to_lowercase().contains("www-authenticate"));
}

#[actix_web::test]
async fn any_other_origin_gets_no_permission() {
    let api = with_cors().await;
    for origin in [
        "https://evil.example",
        "null",
        "http://localhost:30001",
        "https://localhost:3000",
        "http://localhost:3000.evil.example",
        "http://x@localhost:3000",
    ] {
        let answer = preflight(&api, origin, "GET").await;
        assert_eq!(answer.header("access-control-allow-origin"), None, "{origin}");
        if answer.status.is_client_error() {
            answer.problem();
        }
        let get = TestRequest::get().uri("/api/ann/tasks").insert_header(("Origin", origin));
        assert_eq!(api.send_as("ann", get).await.header("access-control-allow-origin"), None, "{origin}");
    }
}

#[actix_web::test]
async fn without_allowed_origins_cors_is_off() {
    let api = api().await;
    assert_eq!(preflight(&api, ORIGIN, "GET").await.header("access-control-allow-origin"), None);
}
