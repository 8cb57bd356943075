use actix_web::test::TestRequest;
use auth_core::test_util::TokenBuilder;
use serde_json::json;

use crate::support::{TestApp, TestResponse};

async fn send(app: &TestApp, token: &TokenBuilder, request: TestRequest) -> TestResponse {
    app.send(request.insert_header(("Authorization", format!("Bearer {}", token.sign())))).await
}

fn token_of_client(scope: &str) -> TokenBuilder {
    TokenBuilder::for_user("ann").claim("client_id", "calendar").claim("scope", scope)
}

/// Reading and changing requests that succeed for a token with their scope.
fn requests(id: i64) -> [(&'static str, TestRequest); 9] {
    let task = format!("/api/ann/tasks/{id}");
    [
        ("tasks:read", TestRequest::get().uri("/api/ann/tasks")),
        ("tasks:read", TestRequest::with_uri("/api/ann/tasks").method("HEAD".parse().unwrap())),
        ("tasks:read", TestRequest::get().uri(&task)),
        ("tasks:read", TestRequest::get().uri("/api/ann/token-uses")),
        ("tasks:write", TestRequest::post().uri("/api/ann/tasks").set_json(json!({ "title": "one" }))),
        ("tasks:write", TestRequest::put().uri(&task).set_json(json!({ "title": "two" }))),
        ("tasks:write", TestRequest::patch().uri(&format!("{task}/complete"))),
        ("tasks:write", TestRequest::delete().uri(&task)),
        ("tasks:write", TestRequest::delete().uri("/api/ann")),
    ]
}

#[actix_web::test]
async fn token_of_a_client_without_the_scope_is_refused_and_the_scope_named() {
    let app = TestApp::new().await;
    let id = app.create_task("ann", "one").await;
    for (needed, granted) in
        [("tasks:read", "tasks:write"), ("tasks:write", "tasks:read"), ("tasks:write", "tasks:writer")]
    {
        for (_, request) in requests(id).into_iter().filter(|(scope, _)| *scope == needed) {
            let response = send(&app, &token_of_client(granted), request).await;
            assert_eq!(response.problem(), (403, "insufficient_scope".to_owned()));
            let challenge = format!(r#"Bearer realm="todo", error="insufficient_scope", scope="{needed}""#);
            assert_eq!(response.header("www-authenticate"), Some(&*challenge));
        }
    }
    assert_eq!(app.get("ann", &format!("/api/ann/tasks/{id}")).await.json()["title"], "one");
}

#[actix_web::test]
async fn token_of_a_client_with_the_scope_is_accepted() {
    let app = TestApp::new().await;
    let id = app.create_task("ann", "one").await;
    for (scope, request) in requests(id) {
        let status = send(&app, &token_of_client(&format!("openid {scope}")), request).await.status;
        assert!(status.is_success(), "{scope}: {status}");
    }
}

#[actix_web::test]
async fn token_with_scope_client_id_or_azp_is_restricted() {
    let app = TestApp::new().await;
    let own = TokenBuilder::for_user("ann");
    assert_eq!(send(&app, &own, TestRequest::get().uri("/api/ann/tasks")).await.status, 200);
    for token in [own.clone().claim("scope", ""), own.clone().claim("client_id", "a"), own.clone().claim("azp", "a")] {
        let response = send(&app, &token, TestRequest::get().uri("/api/ann/tasks")).await;
        assert_eq!(response.problem(), (403, "insufficient_scope".to_owned()));
    }
}

#[actix_web::test]
async fn other_user_is_refused_before_a_missing_scope_and_that_before_the_body() {
    let app = TestApp::new().await;
    let create = |user: &str| TestRequest::post().uri(&format!("/api/{user}/tasks")).set_payload("{");
    let token = token_of_client("tasks:read");
    assert_eq!(send(&app, &token, create("bob")).await.problem(), (403, "forbidden".to_owned()));
    assert_eq!(send(&app, &token, create("ann")).await.problem(), (403, "insufficient_scope".to_owned()));
    let expired = token.claim("exp", 1);
    assert_eq!(send(&app, &expired, create("bob")).await.problem(), (401, "token_expired".to_owned()));
}
