use std::time::{Duration, SystemTime};

use actix_web::test::TestRequest;
use auth_core::test_util::TokenBuilder;
use serde_json::Value;
use todo_domain::{Timestamp, UtcDate};
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp, TestResponse};

/// Time in which a use in the background is written.
const WRITE_TIMEOUT: Duration = Duration::from_secs(10);

fn personal_token(user: &str, id: &str, scope: &str) -> TokenBuilder {
    TokenBuilder::for_user(user).claim("client_id", "personal-access-token").claim("scope", scope).claim("jti", id)
}

async fn send(app: &TestApp, token: &TokenBuilder, request: TestRequest) -> TestResponse {
    app.send(request.insert_header(("Authorization", format!("Bearer {}", token.sign())))).await
}

async fn uses_of(app: &TestApp, user: &str) -> Vec<Value> {
    let response = app.get(user, &format!("/api/{user}/token-uses")).await;
    assert_eq!(response.status, 200);
    let mut items = response.json().as_array().unwrap().clone();
    items.sort_by_key(|item| item["token_id"].to_string());
    items
}

/// Waits until this number of tokens was used.
async fn wait_for_uses(app: &TestApp, user: &str, count: usize) -> Vec<Value> {
    let deadline = SystemTime::now() + WRITE_TIMEOUT;
    loop {
        let items = uses_of(app, user).await;
        if items.len() >= count || SystemTime::now() > deadline {
            assert_eq!(items.len(), count, "{items:?}");
            return items;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

fn today() -> String {
    UtcDate::from(Timestamp::from(SystemTime::now())).to_string()
}

async fn each_personal_token_has_the_day_of_its_last_use(database: TestDatabase) {
    let app = TestApp::start(database, NO_RATE_LIMIT, &[]).await;
    let before = today();
    let list = |user: &str| TestRequest::get().uri(&format!("/api/{user}/tasks"));
    for _ in 0..3 {
        assert_eq!(send(&app, &personal_token("ann", "one", "tasks:read"), list("ann")).await.status, 200);
    }
    assert_eq!(send(&app, &personal_token("bob", "one", "tasks:read"), list("bob")).await.status, 200);
    // A request beyond the scope of a token is a use of it.
    assert_eq!(send(&app, &personal_token("ann", "two", "tasks:write"), list("ann")).await.status, 403);
    let uses = wait_for_uses(&app, "ann", 2).await;
    let days = [before, today()];
    for (used, id) in uses.iter().zip(["one", "two"]) {
        assert_eq!(used["token_id"], id);
        assert!(days.iter().any(|day| used["last_used_on"] == **day), "{used}");
        assert_eq!(used.as_object().unwrap().len(), 2);
    }
    assert_eq!(wait_for_uses(&app, "bob", 1).await[0]["token_id"], "one");
    assert_eq!(app.send_as("ann", TestRequest::delete().uri("/api/ann")).await.status, 204);
    assert_eq!((uses_of(&app, "ann").await.len(), uses_of(&app, "bob").await.len()), (0, 1));
}

#[actix_web::test]
async fn each_personal_token_has_the_day_of_its_last_use_on_sqlite() {
    each_personal_token_has_the_day_of_its_last_use(TestDatabase::sqlite()).await;
}

#[actix_web::test]
async fn each_personal_token_has_the_day_of_its_last_use_on_postgres() {
    each_personal_token_has_the_day_of_its_last_use(TestDatabase::postgres().await).await;
}

#[actix_web::test]
async fn other_tokens_and_refused_ones_are_not_recorded() {
    let app = TestApp::new().await;
    let list = || TestRequest::get().uri("/api/ann/tasks");
    // The token of a session, of another client, and with an id that cannot be stored.
    let own = TokenBuilder::for_user("ann").claim("sid", "s").claim("jti", "own");
    let client = own.clone().claim("client_id", "calendar").claim("scope", "tasks:read");
    let long = personal_token("ann", &"x".repeat(65), "tasks:read");
    for token in [own, client, long] {
        assert_eq!(send(&app, &token, list()).await.status, 200);
    }
    let expired = personal_token("ann", "expired", "tasks:read").claim("exp", 1);
    assert_eq!(send(&app, &expired, list()).await.status, 401);
    assert_eq!(send(&app, &personal_token("bob", "other", "tasks:read"), list()).await.status, 403);
    // Writes are in the order of the requests of one owner, so the others would have been written before this one.
    assert_eq!(send(&app, &personal_token("ann", "last", "tasks:read"), list()).await.status, 200);
    assert_eq!(wait_for_uses(&app, "ann", 1).await[0]["token_id"], "last");
    assert_eq!(uses_of(&app, "bob").await, Vec::<Value>::new());
}

#[actix_web::test]
async fn token_uses_need_the_scope_for_reading() {
    let app = TestApp::new().await;
    let request = || TestRequest::get().uri("/api/ann/token-uses");
    assert_eq!(send(&app, &personal_token("ann", "r", "tasks:read"), request()).await.status, 200);
    let refused = send(&app, &personal_token("ann", "w", "tasks:write"), request()).await;
    assert_eq!(refused.problem(), (403, "insufficient_scope".to_owned()));
    assert_eq!(app.get("ann", "/api/ann/token-uses").await.status, 200);
}
