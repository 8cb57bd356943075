use std::num::NonZeroU32;

use api_http::RateLimit;
use todo_store::test_util::TestDatabase;

use crate::support::TestApp;

#[actix_web::test]
async fn rate_limit_applies_to_each_user_separately() {
    let limit = RateLimit::per_minute(NonZeroU32::new(3).unwrap());
    let app = TestApp::start(TestDatabase::sqlite(), Some(limit), &[]).await;
    for _ in 0..3 {
        assert_eq!(app.get("ann", "/api/ann/tasks").await.status, 200);
    }
    let rejected = app.get("ann", "/api/ann/tasks").await;
    assert_eq!(rejected.problem(), (429, "too_many_requests".to_owned()));
    assert!((1..=20).contains(&rejected.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(app.get("bob", "/api/bob/tasks").await.status, 200);
}
