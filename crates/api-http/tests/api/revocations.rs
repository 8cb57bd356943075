use std::time::SystemTime;

use actix_web::test::TestRequest;
use api_http::{ApiConfig, Authorizer, SecurityEvents};
use auth_core::{
    AuthenticatedUser, RevocationError, RevocationList, Revocations,
    test_util::{self, TokenBuilder},
};
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp, TestResponse, config};

async fn send(app: &TestApp, token: &TokenBuilder, request: TestRequest) -> TestResponse {
    app.send(request.insert_header(("Authorization", format!("Bearer {}", token.sign())))).await
}

async fn app_with(revocations: impl Revocations) -> TestApp {
    let database = TestDatabase::sqlite();
    let verifier = test_util::verifier().with_revocations(revocations);
    let authorizer = Authorizer::new(verifier, database.store().await, NO_RATE_LIMIT);
    TestApp::with_config(
        database,
        ApiConfig { authorizer, allowed_origins: Vec::new(), security_events: SecurityEvents::default() },
    )
    .await
}

fn unix_seconds() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_secs()
}

#[actix_web::test]
async fn revoked_token_is_refused_as_an_invalid_one() {
    let list = RevocationList::new();
    let app = app_with(list.clone()).await;
    let in_session = |session: &str| TokenBuilder::for_user("ann").claim("sid", session);
    let get = || TestRequest::get().uri("/api/ann/tasks");
    list.revoke_session("one", unix_seconds() + 1, unix_seconds() + 900).unwrap();
    let revoked = send(&app, &in_session("one"), get()).await;
    assert_eq!(revoked.problem(), (401, "invalid_token".to_owned()));
    let challenge = r#"Bearer realm="todo", error="invalid_token", error_description="The access token is invalid""#;
    assert_eq!(revoked.header("www-authenticate"), Some(challenge));
    assert_eq!(send(&app, &in_session("two"), get()).await.status, 200);
}

#[actix_web::test]
async fn token_that_cannot_be_checked_is_answered_with_503() {
    #[derive(Debug)]
    struct Unavailable;
    impl Revocations for Unavailable {
        fn check(&self, _: &AuthenticatedUser) -> Result<(), RevocationError> {
            Err(RevocationError::Unavailable)
        }
    }
    let app = app_with(Unavailable).await;
    let response = app.get("ann", "/api/ann/tasks").await;
    assert_eq!(response.problem(), (503, "unavailable".to_owned()));
    assert!(response.header("retry-after").is_some() && response.header("www-authenticate").is_none());
}

#[actix_web::test]
async fn tokens_of_a_deleted_user_are_refused_but_for_the_repeat_of_the_deletion() {
    let database = TestDatabase::sqlite();
    let mut config = config(&database, NO_RATE_LIMIT, &[]).await;
    config.authorizer = config.authorizer.revoking_tokens_of_deleted_users();
    let app = TestApp::with_config(database, config).await;
    app.create_task("ann", "one").await;
    for _ in 0..2 {
        assert_eq!(app.send_as("ann", TestRequest::delete().uri("/api/ann")).await.status, 204);
        let create = TestRequest::post().uri("/api/ann/tasks").set_json(serde_json::json!({ "title": "late" }));
        let older = TokenBuilder::for_user("ann").issued_at(unix_seconds() - 60);
        assert_eq!(send(&app, &older, create).await.problem(), (401, "invalid_token".to_owned()));
        assert_eq!(send(&app, &older, TestRequest::put().uri("/api/ann")).await.status, 401);
    }
    assert_eq!(app.get("bob", "/api/bob/tasks").await.status, 200);
    // A user who still has an account gets a new token, which is accepted.
    let newer = TokenBuilder::for_user("ann").issued_at(unix_seconds() + 3);
    assert_eq!(send(&app, &newer, TestRequest::get().uri("/api/ann/tasks")).await.body, "[]");
}

#[actix_web::test]
async fn deletion_by_a_token_of_a_client_leaves_the_tokens_of_the_user_valid() {
    let database = TestDatabase::sqlite();
    let mut config = config(&database, NO_RATE_LIMIT, &[]).await;
    config.authorizer = config.authorizer.revoking_tokens_of_deleted_users();
    let app = TestApp::with_config(database, config).await;
    app.create_task("ann", "one").await;
    let client = TokenBuilder::for_user("ann").claim("client_id", "c").claim("scope", "tasks:read tasks:write");
    assert_eq!(send(&app, &client, TestRequest::delete().uri("/api/ann")).await.status, 204);
    assert_eq!(send(&app, &client, TestRequest::get().uri("/api/ann/tasks")).await.body, "[]");
    assert_eq!(app.get("ann", "/api/ann/tasks").await.body, "[]");
}
