use std::{
    num::NonZeroU32,
    time::{Duration, Instant},
};

use actix_web::{
    dev::Service as _,
    http::{ConnectionType, Method},
    test::{self, TestRequest},
};
use api_http::{UserLimits, app};
use serde_json::{Value, json};
use todo_store::test_util::TestDatabase;

use crate::support::{NO_RATE_LIMIT, TestApp, bearer, config};

#[actix_web::test]
async fn rate_limit_applies_to_each_user_separately() {
    let limits = UserLimits { requests_per_minute: NonZeroU32::new(3), ..UserLimits::default() };
    let app = TestApp::start(TestDatabase::sqlite(), limits, &[]).await;
    for _ in 0..3 {
        assert_eq!(app.get("ann", "/api/ann/tasks").await.status, 200);
    }
    let rejected = app.get("ann", "/api/ann/tasks").await;
    assert_eq!(rejected.problem(), (429, "too_many_requests".to_owned()));
    assert!((1..=20).contains(&rejected.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(app.get("bob", "/api/bob/tasks").await.status, 200);
    assert_eq!(app.send_as("ann", TestRequest::delete().uri("/api/ann")).await.status, 204);
}

#[actix_web::test]
async fn refusal_is_held_back_for_20_milliseconds() {
    let limits = UserLimits { requests_per_minute: Some(NonZeroU32::MIN), ..UserLimits::default() };
    let app = TestApp::start(TestDatabase::sqlite(), limits, &[]).await;
    assert_eq!(app.get("ann", "/api/ann/tasks").await.status, 200);
    let start = Instant::now();
    assert_eq!(app.get("ann", "/api/ann/tasks").await.status, 429);
    assert!(start.elapsed() >= Duration::from_millis(20));
}

#[actix_web::test]
async fn default_limit_is_600_requests_a_minute() {
    let app = TestApp::start(TestDatabase::sqlite(), UserLimits::default(), &[]).await;
    let mut allowed = 0;
    while app.get("ann", "/api/ann/tasks/1").await.status == 404 {
        allowed += 1;
        // Ten more become available each second.
        assert!(allowed < 6000);
    }
    assert!(allowed >= 600, "{allowed}");
}

#[actix_web::test]
async fn user_with_16_unread_responses_is_refused_until_one_is_read_or_dropped() {
    let database = TestDatabase::sqlite();
    let config = config(&database, UserLimits::default(), &[]).await;
    let service = test::init_service(app(&config)).await;
    // Returns the response with its body unread.
    let send = async |method: Method, user: &str, path: &str, body: Option<Value>| {
        let request = TestRequest::with_uri(path).method(method);
        let request = request.insert_header(bearer(user)).insert_header(("Host", "todo.test"));
        let request = body.into_iter().fold(request, TestRequest::set_json);
        service.call(request.to_request()).await.unwrap()
    };
    let get = async |user: &str| send(Method::GET, user, &format!("/api/{user}/tasks"), None).await;
    for user in ["ann", "bob"] {
        for _ in 0..2 {
            let task = json!({ "title": "long", "description": "x".repeat(5000) });
            assert_eq!(send(Method::POST, user, &format!("/api/{user}/tasks"), Some(task)).await.status(), 201);
        }
    }

    let mut unread = Vec::new();
    for _ in 0..16 {
        unread.push(get("ann").await);
        assert_eq!(unread.last().unwrap().status(), 200);
    }
    let refused = get("ann").await;
    assert_eq!((refused.status().as_u16(), refused.headers().get("retry-after").unwrap().as_bytes()), (429, &b"1"[..]));
    assert_eq!(refused.response().head().connection_type(), ConnectionType::Close);
    let problem: Value = test::read_body_json(refused).await;
    assert_eq!(problem["code"], "too_many_requests");
    assert_eq!(get("bob").await.status(), 200);

    drop(unread.pop());
    unread.push(get("ann").await);
    assert_eq!((unread.last().unwrap().status().as_u16(), get("ann").await.status().as_u16()), (200, 429));
    assert!(test::read_body(unread.pop().unwrap()).await.len() > 10_000);
    unread.push(get("ann").await);
    assert_eq!((unread.last().unwrap().status().as_u16(), get("ann").await.status().as_u16()), (200, 429));

    // No limit applies to the deletion of the user, and its response does not count.
    for _ in 0..2 {
        assert_eq!(send(Method::DELETE, "ann", "/api/ann", None).await.status(), 204);
    }
    assert_eq!(get("ann").await.status(), 429);
}

#[actix_web::test]
async fn unread_small_responses_and_refusals_do_not_count() {
    let database = TestDatabase::sqlite();
    let service = test::init_service(app(&config(&database, NO_RATE_LIMIT, &[]).await)).await;
    let mut unread = Vec::new();
    for path in ["/api/ann/tasks", "/api/ann/tasks/1", "/api/bob/tasks"].repeat(20) {
        let request = TestRequest::get().uri(path).insert_header(bearer("ann")).insert_header(("Host", "todo.test"));
        unread.push(service.call(request.to_request()).await.unwrap());
        assert_ne!(unread.last().unwrap().status(), 429);
    }
}
