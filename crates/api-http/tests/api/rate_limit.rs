use std::num::NonZeroU32;

use api_http::RateLimit;
use todo_store::test_util::TestDatabase;

use crate::support::TestApi;

#[actix_web::test]
async fn a_user_who_asks_too_fast_waits_and_nobody_else_does() {
    let limit = RateLimit::per_minute(NonZeroU32::new(3).unwrap());
    let api = TestApi::start(TestDatabase::sqlite(), Some(limit), &[]).await;
    for _ in 0..3 {
        assert_eq!(api.get("ann", "/api/ann/tasks").await.status, 200);
    }
    let refused = api.get("ann", "/api/ann/tasks").await;
    assert_eq!(refused.problem(), (429, "too_many_requests".to_owned()));
    assert!((1..=20).contains(&refused.header("retry-after").unwrap().parse::<u64>().unwrap()));
    assert_eq!(api.get("bob", "/api/bob/tasks").await.status, 200);
}
