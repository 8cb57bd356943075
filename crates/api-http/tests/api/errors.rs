use actix_web::test::TestRequest;

use crate::support::api;

#[actix_web::test]
async fn a_wrong_method_is_told_the_right_ones() {
    let api = api().await;
    for (method, path, allow) in [
        ("DELETE", "/api/ann/tasks", "GET, HEAD, POST, OPTIONS"),
        ("POST", "/api/ann/tasks/1", "GET, HEAD, PUT, DELETE, OPTIONS"),
        ("GET", "/api/ann/tasks/1/complete", "PATCH, OPTIONS"),
        ("TRACE", "/api/ann/tasks", "GET, HEAD, POST, OPTIONS"),
        ("FOO", "/livez", "GET, HEAD, OPTIONS"),
    ] {
        let request = TestRequest::with_uri(path)
            .method(method.parse().unwrap())
            .insert_header(("X-HTTP-Method-Override", "GET"));
        let answer = api.send_as("ann", request).await;
        assert_eq!(answer.problem(), (405, "method_not_allowed".to_owned()), "{method} {path}");
        assert_eq!(answer.header("allow"), Some(allow), "{method} {path}");
        let options = api.send(TestRequest::with_uri(path).method("OPTIONS".parse().unwrap())).await;
        assert_eq!((options.status.as_u16(), options.header("allow")), (204, Some(allow)));
    }
}

#[actix_web::test]
async fn head_is_get_without_the_body() {
    let api = api().await;
    let id = api.add("ann", "one").await;
    for path in ["/api/ann/tasks", &format!("/api/ann/tasks/{id}"), "/livez"] {
        let head = TestRequest::with_uri(path).method("HEAD".parse().unwrap());
        assert_eq!(api.send_as("ann", head).await.status, 200, "{path}");
    }
    let stranger = TestRequest::with_uri("/api/ann/tasks").method("HEAD".parse().unwrap());
    assert_eq!(api.send(stranger).await.status, 401);
}

#[actix_web::test]
async fn every_other_path_is_not_found() {
    let api = api().await;
    for path in [
        "/",
        "/api",
        "/api/ann",
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
        assert_eq!(api.get("ann", path).await.problem(), (404, "not_found".to_owned()), "{path}");
    }
}

#[actix_web::test]
async fn a_task_id_has_one_spelling() {
    let api = api().await;
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
        "%ff",
        "9007199254740992",
        "18446744073709551616",
        &"9".repeat(100),
    ] {
        for (method, rest) in [("GET", ""), ("PUT", ""), ("DELETE", ""), ("PATCH", "/complete")] {
            let request = TestRequest::with_uri(&format!("/api/ann/tasks/{id}{rest}")).method(method.parse().unwrap());
            assert_eq!(api.send_as("ann", request).await.problem(), (400, "bad_task_id".to_owned()), "{method} {id}");
        }
    }
    assert_eq!(api.get("ann", "/api/ann/tasks/9007199254740991").await.status, 404);
}

#[actix_web::test]
async fn an_accept_that_rules_json_out_is_not_acceptable() {
    let api = api().await;
    let request = |accept| TestRequest::get().uri("/api/ann/tasks").insert_header(("Accept", accept));
    assert_eq!(api.send_as("ann", request("text/html")).await.problem(), (406, "not_acceptable".to_owned()));
    assert_eq!(api.send_as("ann", request("text/html, */*;q=0.1")).await.status, 200);
    assert_eq!(api.send(request("text/html")).await.status, 401);
}

#[actix_web::test]
async fn an_overlong_target_and_any_number_of_hosts_but_one_are_refused() {
    let api = api().await;
    let long = format!("/api/ann/tasks?{}", "q".repeat(9000));
    assert_eq!(api.get("ann", &long).await.problem(), (414, "uri_too_long".to_owned()));
    let two_hosts = TestRequest::get().uri("/livez").append_header(("Host", "a")).append_header(("Host", "b"));
    for request in [TestRequest::get().uri("/livez"), two_hosts] {
        assert_eq!(api.send_as_is(request).await.problem(), (400, "bad_request".to_owned()));
    }
}

#[actix_web::test]
async fn the_type_of_an_error_leads_to_what_it_means() {
    let api = api().await;
    let problem = api.get("ann", "/nowhere").await.json();
    let page = api.send(TestRequest::get().uri(problem["type"].as_str().unwrap())).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, Some("text/plain; charset=utf-8")));
    assert!(String::from_utf8_lossy(&page.body).contains(problem["detail"].as_str().unwrap()));
}
