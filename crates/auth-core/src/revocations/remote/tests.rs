//! The polls. tokio's clock is paused: it advances when all tasks wait. The wall clock is controlled.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

use serde_json::{Value, json};
use tokio::time::{Instant, sleep};

use super::*;
use crate::remote::{FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::test_util::{self, TokenBuilder};
use crate::{Clock, ClockControl, Verifier};

const NOW: u64 = 1_800_000_000;

/// An application with a list.
#[derive(Clone, Default)]
struct Application(Arc<Script>);

#[derive(Default)]
struct Script {
    calls: AtomicUsize,
    list: Mutex<Option<String>>,
    entity_tags: Mutex<Vec<Option<String>>>,
    /// Answers every request with 304.
    is_frozen: AtomicBool,
    duration: Mutex<Duration>,
}

impl Application {
    fn publish(&self, issued_at: u64, entries: &Value) {
        let list = TokenBuilder::for_user("ann")
            .without_claim("sub")
            .header("typ", "revocations+jwt")
            .claim("iat", issued_at)
            .claim("exp", issued_at + 300)
            .claim("revocations", entries.clone());
        *self.0.list.lock().unwrap() = Some(list.sign());
    }

    fn stop(&self) {
        *self.0.list.lock().unwrap() = None;
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }
}

impl DocumentFetcher for Application {
    fn fetch<'f>(&'f self, request: FetchRequest<'f>) -> FetchFuture<'f> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        self.0.entity_tags.lock().unwrap().push(request.entity_tag().map(str::to_owned));
        let list = self.0.list.lock().unwrap().clone();
        let is_frozen = self.0.is_frozen.load(Ordering::SeqCst);
        let duration = *self.0.duration.lock().unwrap();
        Box::pin(async move {
            sleep(duration).await;
            let list = list.ok_or(FetchError::Connection)?;
            if is_frozen {
                return Ok(FetchResponse::NotModified);
            }
            Ok(FetchResponse::Document { body: list.into_bytes(), entity_tag: Some("\"v1\"".to_owned()) })
        })
    }
}

struct Setup {
    application: Application,
    list: RemoteRevocationList,
    verifier: Verifier,
    clock: ClockControl,
}

impl Setup {
    fn new(is_required: bool) -> Self {
        let (application, (clock, control)) = (Application::default(), Clock::fixed(NOW));
        let options = RemoteRevocationListOptions::new().required(is_required).with_clock(clock.clone());
        let list = RemoteRevocationList::with_fetcher(
            "https://app.example/api/auth/revocations",
            test_util::secret(),
            &Validation::new(),
            options,
            application.clone(),
        )
        .unwrap();
        let verifier = test_util::verifier().with_clock(clock).with_revocations(list.clone());
        Self { application, list, verifier, clock: control }
    }

    async fn result(&self, session_id: &str) -> Result<(), VerifyError> {
        let token = TokenBuilder::for_user("ann").issued_at(NOW).claim("sid", session_id).sign();
        self.verifier.verify(&token).await.map(|_| ())
    }

    /// Moves both clocks.
    async fn pass(&self, seconds: u64) {
        self.clock.advance(seconds);
        sleep(Duration::from_secs(seconds)).await;
    }
}

fn entry(session_id: &str) -> Value {
    json!({"sid": session_id, "before": NOW, "until": NOW + 960})
}

#[tokio::test(start_paused = true)]
async fn list_is_fetched_every_2_seconds_from_the_first_check_on() {
    let setup = Setup::new(false);
    setup.application.publish(NOW, &json!([]));
    setup.pass(60).await;
    assert_eq!(setup.application.calls(), 0);
    assert_eq!(setup.result("s-1").await, Ok(()));
    sleep(Duration::from_millis(100)).await;
    assert_eq!(setup.application.calls(), 1);
    setup.pass(20).await;
    assert_eq!(setup.application.calls(), 11);
}

#[tokio::test(start_paused = true)]
async fn revocation_takes_effect_within_4_seconds() {
    for offset in [0, 500, 1000, 1500, 1999] {
        let setup = Setup::new(false);
        setup.application.publish(NOW, &json!([]));
        *setup.application.0.duration.lock().unwrap() = Duration::from_millis(1900);
        setup.list.prefetch().await.unwrap();
        sleep(Duration::from_millis(offset)).await;
        setup.application.publish(NOW + 1, &json!([entry("s-1")]));
        let start = Instant::now();
        while setup.result("s-1").await.is_ok() {
            sleep(Duration::from_millis(10)).await;
        }
        assert!(start.elapsed() < Duration::from_secs(4), "{:?}", start.elapsed());
        assert_eq!(setup.result("s-2").await, Ok(()));
    }
}

#[tokio::test(start_paused = true)]
async fn last_list_stays_in_force_while_the_application_is_away() {
    let setup = Setup::new(false);
    setup.application.publish(NOW, &json!([entry("s-1")]));
    setup.list.prefetch().await.unwrap();
    setup.application.stop();
    for _ in 0..10 {
        setup.pass(60).await;
        assert_eq!(setup.result("s-1").await, Err(VerifyError::Revoked));
        assert_eq!(setup.result("s-2").await, Ok(()), "no request of anybody else is rejected");
    }
    assert!(setup.list.age().unwrap() >= Duration::from_secs(600));
    setup.application.publish(NOW + 600, &json!([entry("s-2")]));
    setup.pass(3).await;
    assert_eq!(setup.result("s-2").await, Err(VerifyError::Revoked));
    assert!(setup.list.age().unwrap() <= Duration::from_secs(3));
}

#[tokio::test(start_paused = true)]
async fn required_list_is_unavailable_before_the_first_and_60_seconds_after_the_last_one() {
    let setup = Setup::new(true);
    assert_eq!(setup.result("s-1").await, Err(VerifyError::RevocationsUnavailable));
    assert_eq!(setup.list.prefetch().await, Err(VerifyError::RevocationsUnavailable));
    setup.application.publish(NOW, &json!([entry("s-1")]));
    setup.pass(3).await;
    assert_eq!(setup.result("s-2").await, Ok(()));
    setup.application.stop();
    setup.pass(57).await;
    assert_eq!(setup.result("s-2").await, Ok(()));
    setup.pass(4).await;
    assert_eq!(setup.result("s-2").await, Err(VerifyError::RevocationsUnavailable));
    assert_eq!(setup.result("s-1").await, Err(VerifyError::Revoked), "what is known stays known");
    setup.application.publish(NOW + 64, &json!([]));
    setup.pass(3).await;
    assert_eq!(setup.result("s-2").await, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn list_that_is_not_required_accepts_tokens_before_the_first_one() {
    let setup = Setup::new(false);
    assert_eq!(setup.list.prefetch().await, Err(VerifyError::RevocationsUnavailable));
    assert_eq!(setup.result("s-1").await, Ok(()));
    assert_eq!(setup.list.age(), None);
}

#[tokio::test(start_paused = true)]
async fn older_list_is_ignored_until_the_last_one_expires() {
    let setup = Setup::new(false);
    setup.application.publish(NOW, &json!([entry("s-1")]));
    setup.list.prefetch().await.unwrap();
    setup.application.publish(NOW - 1, &json!([]));
    setup.pass(4).await;
    assert_eq!(setup.result("s-1").await, Err(VerifyError::Revoked));
    assert!(setup.list.age().unwrap() < Duration::from_secs(3), "the application is not away");
    // A list of the same second replaces it.
    setup.application.publish(NOW, &json!([entry("s-2")]));
    setup.pass(4).await;
    assert_eq!((setup.result("s-1").await, setup.result("s-2").await), (Ok(()), Err(VerifyError::Revoked)));
}

/// A cache or an attacker that answers 304 for ever cannot keep an old list in force unnoticed.
#[tokio::test(start_paused = true)]
async fn expired_list_is_fetched_without_its_entity_tag() {
    let setup = Setup::new(true);
    setup.application.publish(NOW, &json!([]));
    setup.list.prefetch().await.unwrap();
    setup.application.0.is_frozen.store(true, Ordering::SeqCst);
    setup.pass(290).await;
    assert_eq!(setup.result("s-1").await, Ok(()), "304 confirms the list");
    assert_eq!(setup.application.0.entity_tags.lock().unwrap().last().unwrap().as_deref(), Some("\"v1\""));
    setup.pass(20).await;
    assert_eq!(*setup.application.0.entity_tags.lock().unwrap().last().unwrap(), None);
    setup.pass(60).await;
    assert_eq!(setup.result("s-1").await, Err(VerifyError::RevocationsUnavailable));
}

#[tokio::test(start_paused = true)]
async fn slow_fetch_is_given_up_after_2_seconds() {
    let setup = Setup::new(true);
    setup.application.publish(NOW, &json!([]));
    *setup.application.0.duration.lock().unwrap() = Duration::from_secs(3);
    let start = Instant::now();
    assert_eq!(setup.list.prefetch().await, Err(VerifyError::RevocationsUnavailable));
    assert_eq!(start.elapsed(), FETCH_TIMEOUT);
}

#[tokio::test(start_paused = true)]
async fn fetches_stop_when_the_last_list_is_dropped() {
    let setup = Setup::new(false);
    setup.application.publish(NOW, &json!([]));
    setup.list.prefetch().await.unwrap();
    let application = setup.application.clone();
    drop(setup);
    sleep(Duration::from_secs(60)).await;
    assert_eq!(application.calls(), 1);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}

/// Each worker of actix-web has a runtime of its own.
#[test]
fn fetches_move_to_another_runtime_when_one_shuts_down() {
    let setup = Setup::new(false);
    setup.application.publish(NOW, &json!([entry("s-1")]));
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let first = runtime();
    first.block_on(async { assert_eq!(setup.result("s-1").await, Ok(())) });
    drop(first);
    assert_eq!(setup.application.calls(), 0, "dropped before its first poll");
    runtime().block_on(async {
        setup.list.prefetch().await.unwrap();
        assert_eq!(setup.result("s-1").await, Err(VerifyError::Revoked));
    });
}

#[test]
fn check_without_a_runtime_accepts_the_token_unless_the_list_is_required() {
    for (is_required, expected) in [(false, Ok(())), (true, Err(RevocationError::Unavailable))] {
        let setup = Setup::new(is_required);
        let user = tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(async { test_util::verifier().verify(&test_util::access_token("ann")).await.unwrap() });
        assert_eq!(setup.list.check(&user), expected);
    }
}
