use actix_web::test::TestRequest;

use crate::support::TestApp;

#[actix_web::test]
async fn unsupported_method_gets_405_with_allow() {
    let app = TestApp::new().await;
    for (method, path, allow) in [
        ("DELETE", "/api/ann/tasks", "GET, HEAD, POST"),
        ("OPTIONS", "/api/ann/tasks", "GET, HEAD, POST"),
        ("POST", "/api/ann/tasks/1", "GET, HEAD, PUT, DELETE"),
        ("GET", "/api/ann/tasks/1/complete", "PATCH"),
        ("TRACE", "/api/ann/tasks", "GET, HEAD, POST"),
        ("FOO", "/livez", "GET, HEAD"),
        ("POST", "/docs/", "GET, HEAD"),
    ] {
        let request = TestRequest::with_uri(path)
            .method(method.parse().unwrap())
            .insert_header(("X-HTTP-Method-Override", "GET"));
        let response = app.send_as("ann", request).await;
        assert_eq!(response.problem(), (405, "method_not_allowed".to_owned()), "{method} {path}");
        assert_eq!(response.header("allow"), Some(allow), "{method} {path}");
    }
}

#[actix_web::test]
async fn head_is_answered_like_get() {
    let app = TestApp::new().await;
    let id = app.create_task("ann", "one").await;
    for path in ["/api/ann/tasks", &format!("/api/ann/tasks/{id}"), "/livez", "/openapi.json", "/docs/"] {
        let head = TestRequest::with_uri(path).method("HEAD".parse().unwrap());
        assert_eq!(app.send_as("ann", head).await.status, 200, "{path}");
    }
    let without_token = TestRequest::with_uri("/api/ann/tasks").method("HEAD".parse().unwrap());
    assert_eq!(app.send(without_token).await.status, 401);
}

#[actix_web::test]
async fn unknown_path_is_not_found() {
    let app = TestApp::new().await;
    for path in [
        "/",
        "/api",
        "/api/ann/",
        "/api/ann/tasks/",
        "/api/ann/tasks/1/",
        "/API/ann/tasks",
        "/api/ann/tasks.json",
        "/api/ann/tasks/1/x",
        "/.env",
        "/docs/../Cargo.toml",
        "/docs/nothing",
        "/problems/nothing",
        "//api/ann/tasks",
    ] {
        assert_eq!(app.get("ann", path).await.problem(), (404, "not_found".to_owned()), "{path}");
    }
}

#[actix_web::test]
async fn task_id_in_any_other_spelling_is_rejected() {
    let app = TestApp::new().await;
    for id in [
        "0",
        "-1",
        "+1",
        "01",
        "1.0",
        "1e3",
        "0x1",
        "abc",
        "null",
        "%D9%A3",
        "1%00",
        "1%20",
        "1%0a",
        "%zz",
        "%%331",
        "%2531",
        "042",
        "%ff",
        "9007199254740992",
        "18446744073709551616",
        &"9".repeat(100),
    ] {
        for (method, rest) in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("PATCH", "/complete")] {
            let request = TestRequest::with_uri(&format!("/api/ann/tasks/{id}{rest}")).method(method.parse().unwrap());
            assert_eq!(app.send_as("ann", request).await.problem(), (400, "bad_task_id".to_owned()), "{method} {id}");
        }
    }
    assert_eq!(app.get("ann", "/api/ann/tasks/9007199254740991").await.status, 404);
}

#[actix_web::test]
async fn accept_that_excludes_json_is_rejected() {
    let app = TestApp::new().await;
    let request = |accept| TestRequest::get().uri("/api/ann/tasks").insert_header(("Accept", accept));
    assert_eq!(app.send_as("ann", request("text/html")).await.problem(), (406, "not_acceptable".to_owned()));
    assert_eq!(app.send_as("ann", request("text/html, */*;q=0.1")).await.status, 200);
    assert_eq!(app.send(request("text/html")).await.status, 401);
}

#[actix_web::test]
async fn overlong_target_and_host_count_other_than_one_are_rejected() {
    let app = TestApp::new().await;
    let long = format!("/api/ann/tasks?{}", "q".repeat(9000));
    assert_eq!(app.get("ann", &long).await.problem(), (414, "uri_too_long".to_owned()));
    let two_hosts = TestRequest::get().uri("/livez").append_header(("Host", "a")).append_header(("Host", "b"));
    for request in [TestRequest::get().uri("/livez"), two_hosts] {
        assert_eq!(app.send_unchanged(request).await.problem(), (400, "bad_request".to_owned()));
    }
}

#[actix_web::test]
async fn problem_type_resolves_to_its_description() {
    let app = TestApp::new().await;
    let problem = app.get("ann", "/nowhere").await.json();
    let page = app.send(TestRequest::get().uri(problem["type"].as_str().unwrap())).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    assert!(String::from_utf8_lossy(&page.body).contains(problem["detail"].as_str().unwrap()));
}
