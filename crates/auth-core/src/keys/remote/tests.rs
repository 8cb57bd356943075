//! The schedule of refreshes. tokio's clock is paused: it advances when all tasks wait.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use tokio::task::{JoinHandle, yield_now};
use tokio::time::{Instant, sleep};

use super::refresh::MAX_WAITING;
use super::*;
use crate::jws::{CompactJws, JoseHeader};
use crate::remote::{FetchError, FetchFuture, FetchRequest, FetchResponse};
use crate::test_util::TestIssuer;
use crate::{Algorithm, Validation, VerificationKeys, Verifier};

const DOCUMENT: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"}]}"#;

/// A fetcher with a configured response and duration.
#[derive(Clone, Default)]
struct ScriptedFetcher(Arc<Script>);

#[derive(Default)]
struct Script {
    calls: AtomicUsize,
    starts: Mutex<Vec<Instant>>,
    document: Mutex<Option<String>>,
    duration: Mutex<Duration>,
}

impl ScriptedFetcher {
    fn serving(document: &str) -> Self {
        let issuer = Self::default();
        issuer.serve(document);
        issuer
    }

    fn serve(&self, document: &str) {
        *self.0.document.lock().unwrap() = Some(document.to_owned());
    }

    fn stop_serving(&self) {
        *self.0.document.lock().unwrap() = None;
    }

    fn set_duration(&self, duration: Duration) {
        *self.0.duration.lock().unwrap() = duration;
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }

    /// The milliseconds between the starts of the fetches.
    fn intervals(&self) -> Vec<u128> {
        self.0.starts.lock().unwrap().windows(2).map(|pair| (pair[1] - pair[0]).as_millis()).collect()
    }
}

impl DocumentFetcher for ScriptedFetcher {
    fn fetch<'f>(&'f self, _: FetchRequest<'f>) -> FetchFuture<'f> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        self.0.starts.lock().unwrap().push(Instant::now());
        // The issuer reads its keys when the request arrives.
        let document = self.0.document.lock().unwrap().clone();
        let duration = *self.0.duration.lock().unwrap();
        Box::pin(async move {
            sleep(duration).await;
            document.map(FetchResponse::document).ok_or(FetchError::Connection)
        })
    }
}

fn remote_set(issuer: &ScriptedFetcher) -> RemoteJwkSet {
    remote_set_with(RemoteJwkSetOptions::new(), issuer)
}

fn remote_set_with(options: RemoteJwkSetOptions, issuer: &ScriptedFetcher) -> RemoteJwkSet {
    RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn milliseconds(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

/// Advances the clock and runs all tasks that become ready.
async fn pass(duration: Duration) {
    sleep(duration).await;
}

/// Waits for a key that the issuer does not have. Returns whether the issuer has answered.
async fn wait_for_unknown_key(remote: &RemoteJwkSet) -> bool {
    remote.wait_for_key(|| false).await
}

/// An issuer with a set, a verifier that has fetched it, and the issuer's tokens.
struct Rotation {
    issuer: TestIssuer,
    fetcher: ScriptedFetcher,
    verifier: Arc<Verifier>,
}

impl Rotation {
    async fn new(options: RemoteJwkSetOptions) -> Self {
        let issuer = TestIssuer::new(Algorithm::EdDsa);
        let fetcher = ScriptedFetcher::serving(&issuer.document());
        let remote = remote_set_with(options, &fetcher);
        remote.prefetch().await.unwrap();
        let verifier = Arc::new(Verifier::new(remote, issuer.validation()).unwrap());
        Self { issuer, fetcher, verifier }
    }

    /// Adds a key, publishes it and returns a token that it has signed.
    fn token_of_new_key(&mut self) -> String {
        self.issuer.rotate(Algorithm::EdDsa);
        self.fetcher.serve(&self.issuer.document());
        self.issuer.access_token("ann").sign()
    }

    fn forged_token(&self, n: u32) -> String {
        self.issuer.access_token("ann").header("kid", format!("forged-{n}")).sign()
    }

    /// Verifies in a task. Returns the result and how long it took.
    fn verify(&self, token: String) -> JoinHandle<(Result<(), VerifyError>, Duration)> {
        let verifier = Arc::clone(&self.verifier);
        let start = Instant::now();
        tokio::spawn(async move { (verifier.verify(&token).await.map(|_| ()), start.elapsed()) })
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_before_the_first_request() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    pass(seconds(60)).await;
    assert_eq!(issuer.calls(), 0);
    assert!(remote.current().is_none());
    assert_eq!(remote.prefetch().await, Ok(()));
    assert_eq!(remote.prefetch().await, Ok(()));
    assert_eq!(issuer.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn failed_fetch_is_repeated_after_half_a_second_and_then_twice_as_late_each_time() {
    let issuer = ScriptedFetcher::default();
    let remote = remote_set_with(RemoteJwkSetOptions::new().cooldown_seconds(3600), &issuer);
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    pass(seconds(130)).await;
    assert_eq!(issuer.intervals(), [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000]);
    issuer.serve(DOCUMENT);
    pass(seconds(30)).await;
    assert!(remote.current().is_some());
    // A success ends the sequence.
    issuer.stop_serving();
    pass(milliseconds(3_591_600)).await;
    let intervals = issuer.intervals();
    assert!(intervals.ends_with(&[30_000, 3_600_000]), "{intervals:?}");
    pass(seconds(1)).await;
    assert_eq!(issuer.intervals().last(), Some(&500));
}

/// The issuer was started 2 s after the service. The tokens of these 2 s were refused for 28 s more.
#[tokio::test(start_paused = true)]
async fn issuer_that_is_away_for_2_seconds_at_start_delays_tokens_by_less_than_2_seconds_more() {
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let fetcher = ScriptedFetcher::default();
    for cooldown_seconds in [1, 5, 30] {
        fetcher.stop_serving();
        let remote = remote_set_with(RemoteJwkSetOptions::new().cooldown_seconds(cooldown_seconds), &fetcher);
        let verifier = Verifier::new(remote.clone(), issuer.validation()).unwrap();
        let token = issuer.access_token("ann").sign();
        assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
        pass(seconds(2)).await;
        fetcher.serve(&issuer.document());
        let start = Instant::now();
        assert_eq!(verifier.verify(&token).await.map(|_| ()), Ok(()), "the token waits instead of being rejected");
        assert_eq!(start.elapsed(), milliseconds(1500), "cooldown {cooldown_seconds} s");
    }
}

#[tokio::test(start_paused = true)]
async fn concurrent_requests_share_one_fetch() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(1));
    let remote = remote_set(&issuer);
    let start = Instant::now();
    let requests: Vec<_> = (0..MAX_WAITING)
        .map(|_| {
            let remote = remote.clone();
            tokio::spawn(async move { remote.wait_for_key(|| remote.current().is_some()).await })
        })
        .collect();
    for request in requests {
        assert!(request.await.unwrap());
    }
    assert_eq!((issuer.calls(), start.elapsed()), (1, seconds(1)));
}

#[tokio::test(start_paused = true)]
async fn fetch_starts_no_earlier_than_the_cooldown_after_the_start_of_the_last_one() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(1));
    let remote = remote_set_with(RemoteJwkSetOptions::new().cooldown_seconds(4), &issuer);
    remote.prefetch().await.unwrap();
    let start = Instant::now();
    assert!(wait_for_unknown_key(&remote).await);
    assert_eq!((issuer.intervals(), start.elapsed()), (vec![4000], seconds(4)), "3 s of the cooldown and the fetch");
    pass(seconds(60)).await;
    assert!(wait_for_unknown_key(&remote).await);
    assert_eq!(issuer.intervals(), [4000, 61_000]);
}

/// One forged key id a second kept a new key out for 6 to 9 s, because each fetch for a forged one started a new cooldown, and
/// tokens within it were rejected.
#[tokio::test(start_paused = true)]
async fn forged_key_ids_do_not_keep_a_new_key_out() {
    for delay in [0, 700, 1400, 2100, 2800, 3500, 4200, 4900] {
        let mut rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
        let verifier = Arc::clone(&rotation.verifier);
        let forged: Vec<_> = (0..60).map(|n| rotation.forged_token(n)).collect();
        let flood = tokio::spawn(async move {
            for token in forged {
                let verifier = Arc::clone(&verifier);
                tokio::spawn(async move { verifier.verify(&token).await });
                pass(seconds(1)).await;
            }
        });
        pass(seconds(12) + milliseconds(delay)).await;
        let token = rotation.token_of_new_key();
        let (result, elapsed) = rotation.verify(token).await.unwrap();
        assert_eq!(result, Ok(()), "after {delay} ms");
        assert!(elapsed <= seconds(5), "after {delay} ms: {elapsed:?}");
        flood.abort();
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_key_waits_for_the_next_fetch_and_is_then_rejected() {
    let rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(2)).await;
    let verification = rotation.verify(rotation.forged_token(1)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::NoMatchingKey), seconds(3)));
    assert_eq!(rotation.fetcher.intervals(), [5000]);
}

/// A key that is published while a fetch runs may be missing in its answer.
#[tokio::test(start_paused = true)]
async fn fetch_that_started_before_the_token_arrived_does_not_reject_it() {
    let mut rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(60)).await;
    rotation.fetcher.set_duration(seconds(2));
    let forged = rotation.verify(rotation.forged_token(1));
    pass(seconds(1)).await;
    let token = rotation.token_of_new_key();
    let good = rotation.verify(token);
    rotation.fetcher.set_duration(milliseconds(10));
    assert_eq!(forged.await.unwrap(), (Err(VerifyError::NoMatchingKey), seconds(2)));
    assert_eq!(good.await.unwrap(), (Ok(()), milliseconds(4010)));
}

#[tokio::test(start_paused = true)]
async fn unknown_key_is_unavailable_if_the_fetch_fails() {
    let rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(60)).await;
    rotation.fetcher.stop_serving();
    let verification = rotation.verify(rotation.forged_token(1)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::KeysUnavailable), Duration::ZERO));
    for unusable in ["", "<html>login</html>", "{\"keys\":[]}"] {
        rotation.fetcher.serve(unusable);
        let (result, elapsed) = rotation.verify(rotation.forged_token(2)).await.unwrap();
        assert_eq!(result, Err(VerifyError::KeysUnavailable), "{unusable}");
        assert!(elapsed <= seconds(2), "{elapsed:?}");
    }
    // Known keys are not affected.
    assert!(rotation.verify(rotation.issuer.access_token("ann").sign()).await.unwrap().0.is_ok());
}

#[tokio::test(start_paused = true)]
async fn unknown_key_is_unavailable_at_once_if_the_next_fetch_is_later_than_5_seconds() {
    let rotation = Rotation::new(RemoteJwkSetOptions::new().cooldown_seconds(30)).await;
    pass(seconds(20)).await;
    let verification = rotation.verify(rotation.forged_token(1)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::KeysUnavailable), Duration::ZERO));
    pass(seconds(6)).await;
    let verification = rotation.verify(rotation.forged_token(1)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::NoMatchingKey), seconds(4)));
    assert_eq!(rotation.fetcher.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn unknown_key_is_unavailable_after_5_seconds_of_a_slow_fetch() {
    let rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(3)).await;
    rotation.fetcher.set_duration(seconds(4));
    let verification = rotation.verify(rotation.forged_token(1)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::KeysUnavailable), seconds(5)));
}

#[tokio::test(start_paused = true)]
async fn only_256_tokens_wait_and_further_ones_are_unavailable_at_once() {
    let mut rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(1)).await;
    let waiting: Vec<_> = (0..256).map(|n| rotation.verify(rotation.forged_token(n))).collect();
    yield_now().await;
    let token = rotation.token_of_new_key();
    let verification = rotation.verify(token.clone()).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::KeysUnavailable), Duration::ZERO));
    let known = rotation.verify(rotation.issuer.access_token("ann").key(&rotation.issuer.keys()[1]).sign());
    assert_eq!(known.await.unwrap(), (Ok(()), Duration::ZERO), "known keys are not affected");
    for verification in waiting {
        assert_eq!(verification.await.unwrap(), (Err(VerifyError::NoMatchingKey), seconds(4)));
    }
    assert_eq!(rotation.verify(token).await.unwrap(), (Ok(()), Duration::ZERO));
    assert_eq!(rotation.fetcher.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn dropped_request_makes_room_for_another_one() {
    let rotation = Rotation::new(RemoteJwkSetOptions::new()).await;
    pass(seconds(1)).await;
    let waiting: Vec<_> = (0..256).map(|n| rotation.verify(rotation.forged_token(n))).collect();
    yield_now().await;
    waiting[0].abort();
    yield_now().await;
    let verification = rotation.verify(rotation.forged_token(256)).await.unwrap();
    assert_eq!(verification, (Err(VerifyError::NoMatchingKey), seconds(4)));
}

#[tokio::test(start_paused = true)]
async fn key_of_one_set_does_not_wait_for_another_set() {
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let fetcher = ScriptedFetcher::serving(&issuer.document());
    fetcher.set_duration(seconds(1));
    let slow = ScriptedFetcher::serving(DOCUMENT);
    slow.set_duration(seconds(3));
    for sets in [[&slow, &fetcher], [&fetcher, &slow]] {
        let [first, second] = sets.map(remote_set);
        let keys = VerificationKeys::from(first).with_remote_jwk_set(second);
        let token = issuer.access_token("ann").sign();
        let mut buffer = Vec::new();
        let jws = CompactJws::parse(&token, &mut buffer).unwrap();
        let header = JoseHeader::parse(jws.header, &Validation::new()).unwrap();
        let start = Instant::now();
        assert_eq!(keys.verify_after_refresh(&header, &jws, VerifyError::KeysUnavailable).await, Ok(()));
        assert_eq!(start.elapsed(), seconds(1));
    }
}

#[tokio::test(start_paused = true)]
async fn older_answer_does_not_replace_a_newer_one() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(1));
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    let newer = remote.current().unwrap();
    let older = Arc::new(JwkSet::parse(&DOCUMENT.replace("one", "older")).unwrap());
    remote.0.finish_for_test(0, older);
    assert!(Arc::ptr_eq(&newer, &remote.current().unwrap()));
}

#[tokio::test(start_paused = true)]
async fn failed_fetch_keeps_the_set() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    issuer.stop_serving();
    pass(seconds(31)).await;
    assert!(!wait_for_unknown_key(&remote).await);
    assert_eq!(issuer.calls(), 2);
    assert!(remote.current().is_some(), "the last set is kept");
}

#[tokio::test(start_paused = true)]
async fn set_is_refreshed_at_its_maximum_age_without_requests() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    let other = DOCUMENT.replace("one", "two");
    issuer.serve(&other);
    pass(seconds(599)).await;
    assert_eq!(issuer.calls(), 1);
    pass(seconds(2)).await;
    assert_eq!(issuer.calls(), 2);
    assert_eq!(remote.current().unwrap().key_ids().next().unwrap().0, Some("two"));
    pass(seconds(6000)).await;
    assert_eq!(issuer.calls(), 12);
}

#[tokio::test(start_paused = true)]
async fn known_key_does_not_wait_for_a_refresh() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    issuer.set_duration(seconds(4));
    pass(seconds(601)).await;
    assert_eq!(issuer.calls(), 2, "a fetch is running");
    let start = Instant::now();
    for _ in 0..100 {
        assert!(remote.current().is_some());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn last_set_is_used_until_the_maximum_stale_age() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    issuer.stop_serving();
    for bad in [
        "",
        "<html>login</html>",
        "{\"keys\":[{",
        "{\"keys\":[]}",
        "{\"kty\":\"EC\"}",
        "{\"keys\":[{\"kty\":\"oct\"}]}",
    ] {
        pass(seconds(3600)).await;
        issuer.serve(bad);
        pass(seconds(3600)).await;
        assert!(remote.current().is_some(), "{bad}");
    }
    pass(seconds(86_400 - 12 * 3600 - 10)).await;
    assert!(remote.current().is_some());
    pass(seconds(20)).await;
    assert!(remote.current().is_none());
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    issuer.serve(DOCUMENT);
    pass(seconds(31)).await;
    assert!(remote.current().is_some(), "it recovers without a request");
}

#[tokio::test(start_paused = true)]
async fn fetch_times_out_after_5_seconds() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(3600));
    let remote = remote_set(&issuer);
    let start = Instant::now();
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    assert_eq!(start.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn fetch_continues_after_its_request_is_dropped() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(2));
    let remote = remote_set(&issuer);
    let dropped = tokio::time::timeout(seconds(1), remote.prefetch());
    assert!(dropped.await.is_err(), "the request is dropped");
    pass(seconds(2)).await;
    assert!(remote.current().is_some());
    assert_eq!(issuer.calls(), 1);
}

/// Starts a fetch and does not wait for it.
async fn start_fetch(remote: &RemoteJwkSet) {
    let mut wait = Box::pin(wait_for_unknown_key(remote));
    let started = poll_fn(|context| Poll::Ready(wait.as_mut().poll(context).is_pending())).await;
    assert!(started);
}

/// Each worker of actix-web has a runtime of its own.
#[test]
fn refresh_moves_to_another_runtime_when_one_shuts_down() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(2));
    let options = RemoteJwkSetOptions::new().cooldown_seconds(1);
    let remote = RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(false).build().unwrap();
    let first = runtime();
    first.block_on(start_fetch(&remote));
    drop(first);
    assert!(remote.current().is_none());
    std::thread::sleep(Duration::from_millis(1100));
    issuer.set_duration(Duration::ZERO);
    runtime().block_on(async { assert_eq!(remote.prefetch().await, Ok(())) });
    assert_eq!(issuer.calls(), 1, "the first one was dropped before its first poll");
}

#[test]
fn fetch_on_a_runtime_that_is_not_driven_is_abandoned() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(2));
    let options = RemoteJwkSetOptions::new().cooldown_seconds(1);
    let remote = RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap();
    let runtime =
        |paused| tokio::runtime::Builder::new_current_thread().enable_time().start_paused(paused).build().unwrap();
    let not_driven = runtime(false);
    not_driven.block_on(start_fetch(&remote));
    runtime(true).block_on(async {
        assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable), "the first request waits for it");
        issuer.set_duration(Duration::ZERO);
        assert_eq!(remote.prefetch().await, Ok(()));
    });
    drop(not_driven);
    assert!(remote.current().is_some());
}

#[test]
fn refresh_without_a_runtime_is_skipped() {
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let fetcher = ScriptedFetcher::serving(&issuer.document());
    let verifier = Verifier::new(remote_set(&fetcher), issuer.validation()).unwrap();
    let token = issuer.access_token("ann").sign();
    let verification = pin!(verifier.verify(&token));
    let result = verification.poll(&mut Context::from_waker(Waker::noop()));
    assert_eq!(result.map_ok(|_| ()), Poll::Ready(Err(VerifyError::KeysUnavailable)));
    assert_eq!(fetcher.calls(), 0);
}

#[tokio::test(start_paused = true)]
async fn refresh_stops_when_the_last_set_is_dropped() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    drop(remote);
    pass(seconds(86_400)).await;
    assert_eq!(issuer.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn unchanged_document_keeps_the_parsed_set() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    let set = remote.current().unwrap();
    pass(seconds(601)).await;
    assert_eq!(issuer.calls(), 2);
    assert!(Arc::ptr_eq(&set, &remote.current().unwrap()));
}

#[test]
fn url_other_than_https_or_loopback_is_rejected() {
    let result = |url: &str| RemoteJwkSet::new(url, RemoteJwkSetOptions::new()).map(|_| ());
    for url in [
        "https://app.example/api/auth/jwks",
        "https://app.example:8443/jwks?x=1",
        "http://localhost:3000/api/auth/jwks",
        "http://127.0.0.1:3000/jwks",
        "http://127.8.8.8/jwks",
        "http://[::1]:3000/jwks",
    ] {
        assert_eq!(result(url), Ok(()), "{url}");
    }
    for url in [
        "",
        "jwks.json",
        "/etc/jwks.json",
        "file:///etc/jwks.json",
        "data:application/json,{}",
        "ftp://app.example/jwks",
        "http://app.example/jwks",
        "http://10.0.0.1/jwks",
        "http://localhost.example/jwks",
        "http://127.0.0.1.example/jwks",
        "http://[::2]/jwks",
        "http://0.0.0.0/jwks",
        "https://user:secret@app.example/jwks",
        "https://user@app.example/jwks",
        "https://",
    ] {
        let error = result(url).unwrap_err();
        assert!(matches!(error, ConfigError::InvalidJwkSetUrl { .. }), "{url}");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}

#[test]
fn better_auth_url_has_the_jwks_path() {
    for base in ["https://app.example", "https://app.example/"] {
        let remote = RemoteJwkSet::better_auth(base, RemoteJwkSetOptions::new()).unwrap();
        assert_eq!(remote.0.redacted_url(), "https://app.example/api/auth/jwks");
    }
}

#[test]
fn times_out_of_bounds_are_rejected() {
    let result = |options: RemoteJwkSetOptions| RemoteJwkSet::new("https://app.example", options).map(|_| ());
    let options = RemoteJwkSetOptions::new;
    assert_eq!(options(), RemoteJwkSetOptions::default());
    for bad in [options().cooldown_seconds(0), options().max_age_seconds(0), options().max_stale_seconds(599)] {
        assert_eq!(result(bad), Err(ConfigError::InvalidJwkSetTimes), "{bad:?}");
    }
    let long = options().cooldown_seconds(u64::MAX).max_age_seconds(u64::MAX).max_stale_seconds(u64::MAX);
    assert_eq!(result(long), Ok(()));
}

#[test]
fn debug_output_omits_the_query() {
    let remote = RemoteJwkSet::new("https://app.example/jwks?key=hidden", RemoteJwkSetOptions::new()).unwrap();
    let output = format!("{remote:?}");
    assert!(output.contains("app.example") && !output.contains("hidden"), "{output}");
}

#[tokio::test(start_paused = true)]
async fn repeated_refreshes_leave_one_task() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    for _ in 0..50 {
        wait_for_unknown_key(&remote).await;
        pass(seconds(31)).await;
    }
    assert_eq!(issuer.calls(), 50);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 1);
    drop(remote);
    pass(seconds(1)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}
