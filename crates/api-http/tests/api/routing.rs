use actix_web::{
    HttpResponse,
    dev::Service as _,
    http::header::{HeaderName, HeaderValue},
    test::{self, TestRequest},
    web::{self, ReqData},
};
use api_http::app;
use todo_store::{OwnerTasks, test_util::TestDatabase};

use crate::support::{NO_RATE_LIMIT, TestApp, bearer, config};

const ROUTE: HeaderName = HeaderName::from_static("x-route");

/// The pattern that the access log names for a request of `ann`, with and without a token.
#[actix_web::test]
async fn path_matches_one_route_pattern_from_end_to_end() {
    let database = TestDatabase::sqlite();
    let app = app(&config(&database, NO_RATE_LIMIT, &[]).await).wrap_fn(|request, service| {
        let response = service.call(request);
        async {
            let mut response = response.await?;
            let pattern = response.request().match_pattern().unwrap_or_default();
            response.headers_mut().insert(ROUTE, HeaderValue::from_str(&pattern)?);
            Ok(response)
        }
    });
    let service = test::init_service(app).await;
    for (path, pattern) in [
        ("/api/ann/tasks", "/api/{user_id}/tasks"),
        ("/api/a%2Fb/tasks", "/api/{user_id}/tasks"),
        ("/api/ann/tasks/1", "/api/{user_id}/tasks/{id}"),
        ("/api/ann/tasks/x", "/api/{user_id}/tasks/{id}"),
        ("/api/ann/tasks/1/complete", "/api/{user_id}/tasks/{id}/complete"),
        ("/docs", "/docs"),
        ("/docs/", "/docs/{file:.*}"),
        ("/docs/a/b.js", "/docs/{file:.*}"),
        ("/problems/not_found", "/problems/{code}"),
        ("/livez", "/livez"),
        ("/readyz", "/readyz"),
        ("/openapi.json", "/openapi.json"),
        ("/", ""),
        ("/api/ann/token-uses", "/api/{user_id}/token-uses"),
        ("/api/ann", "/api/{user_id}"),
        ("/api/ann/", ""),
        ("/api//tasks", ""),
        ("/api/ann/token-uses/", ""),
        ("/api/ann/tasks/", ""),
        ("/api/ann/tasks//complete", ""),
        ("/api/ann/tasks/1/complete/", ""),
        ("/api/ann/tasks/1/2", ""),
        ("/api/ann/b/tasks", ""),
        ("/API/ann/tasks", ""),
        ("//api/ann/tasks", ""),
        ("/problems/", ""),
        ("/livez/", ""),
    ] {
        let with_token = TestRequest::with_uri(path).insert_header(bearer("ann"));
        for request in [with_token, TestRequest::with_uri(path)] {
            let response =
                test::call_service(&service, request.insert_header(("Host", "todo.test")).to_request()).await;
            assert_eq!(response.headers().get(ROUTE).unwrap(), pattern, "{path}");
        }
    }
    let escaped = TestRequest::with_uri("/api/ann/t%61sks").insert_header(bearer("ann")).insert_header(("Host", "a"));
    let response = test::call_service(&service, escaped.to_request()).await;
    assert_eq!(
        (response.status().as_u16(), response.headers().get(ROUTE).unwrap().as_bytes()),
        (200, &b"/api/{user_id}/tasks"[..])
    );
}

#[actix_web::test]
async fn unknown_path_under_a_user_requires_authorization() {
    let app = TestApp::new().await;
    for path in ["/api/ann/", "/api/ann/nothing", "/api/ann/tasks/1/nothing"] {
        assert_eq!(app.send(TestRequest::get().uri(path)).await.problem(), (401, "missing_token".to_owned()), "{path}");
        assert_eq!(app.get("bob", path).await.problem(), (403, "forbidden".to_owned()), "{path}");
        assert_eq!(app.get("ann", path).await.problem(), (404, "not_found".to_owned()), "{path}");
    }
}

#[actix_web::test]
async fn route_outside_the_scope_that_takes_tasks_fails_closed() {
    async fn handler(tasks: ReqData<OwnerTasks>) -> HttpResponse {
        HttpResponse::Ok().body(tasks.owner().to_string())
    }
    let database = TestDatabase::sqlite();
    let app =
        app(&config(&database, NO_RATE_LIMIT, &[]).await).service(web::resource("/outside/{user_id}").get(handler));
    let service = test::init_service(app).await;
    let request =
        TestRequest::with_uri("/outside/ann").insert_header(bearer("ann")).insert_header(("Host", "todo.test"));
    let response = test::call_service(&service, request.to_request()).await;
    assert_eq!(response.status(), 500);
    for (name, value) in [
        ("content-type", "application/problem+json"),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(response.headers().get(name).unwrap(), value);
    }
    assert_eq!(response.headers().get("x-request-id").unwrap().len(), 32);
    let body = test::read_body(response).await;
    assert!(body.windows(16).any(|text| text == b"\"internal_error\""), "{body:?}");
}
