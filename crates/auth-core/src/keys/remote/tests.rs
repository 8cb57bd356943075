//! The schedule of refreshes. tokio's clock is paused: it advances when all tasks wait.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::*;

const DOCUMENT: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"}]}"#;

/// A fetcher with a configured response and duration.
#[derive(Clone, Default)]
struct ScriptedFetcher(Arc<Script>);

#[derive(Default)]
struct Script {
    calls: AtomicUsize,
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
}

impl JwkSetFetcher for ScriptedFetcher {
    fn fetch<'f>(&'f self, _: &'f str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        let duration = *self.0.duration.lock().unwrap();
        Box::pin(async move {
            sleep(duration).await;
            self.0.document.lock().unwrap().clone().map(String::into_bytes).ok_or(FetchError::Connection)
        })
    }
}

fn remote_set(issuer: &ScriptedFetcher) -> RemoteJwkSet {
    RemoteJwkSet::with_fetcher("https://app.example/jwks", RemoteJwkSetOptions::new(), issuer.clone()).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Advances the clock and runs all tasks that become ready.
async fn pass(duration: Duration) {
    sleep(duration).await;
}

/// Returns whether a refresh was running or started.
async fn refresh(remote: &RemoteJwkSet) -> bool {
    match remote.request_refresh() {
        Some(waiter) => {
            waiter.wait().await;
            true
        }
        None => false,
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
async fn unreachable_issuer_is_requested_once_per_cooldown() {
    let issuer = ScriptedFetcher::default();
    let remote = remote_set(&issuer);
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    for _ in 0..100 {
        assert!(!refresh(&remote).await, "no request waits during the cooldown");
    }
    assert_eq!(issuer.calls(), 1);
    pass(seconds(301)).await;
    assert_eq!(issuer.calls(), 11, "once per cooldown, so that the recovery is noticed");
    issuer.serve(DOCUMENT);
    pass(seconds(30)).await;
    assert!(remote.current().is_some());
}

#[tokio::test(start_paused = true)]
async fn concurrent_refresh_requests_share_one_fetch() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(1));
    let remote = remote_set(&issuer);
    let start = Instant::now();
    let requests: Vec<_> = (0..1000)
        .map(|_| {
            tokio::spawn({
                let remote = remote.clone();
                async move { refresh(&remote).await }
            })
        })
        .collect();
    for request in requests {
        assert!(request.await.unwrap());
    }
    assert_eq!((issuer.calls(), start.elapsed()), (1, seconds(1)));
    assert!(!refresh(&remote).await);
    advance(seconds(28)).await;
    assert!(!refresh(&remote).await, "the cooldown counts from the start of the last attempt");
    advance(seconds(1)).await;
    assert!(refresh(&remote).await);
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn failed_fetch_counts_for_the_cooldown() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    let remote = remote_set(&issuer);
    remote.prefetch().await.unwrap();
    issuer.stop_serving();
    advance(seconds(31)).await;
    assert!(refresh(&remote).await);
    assert!(!refresh(&remote).await);
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

/// Each worker of actix-web has a runtime of its own.
#[test]
fn refresh_moves_to_another_runtime_when_one_shuts_down() {
    let issuer = ScriptedFetcher::serving(DOCUMENT);
    issuer.set_duration(seconds(2));
    let options = RemoteJwkSetOptions::new().cooldown_seconds(1);
    let remote = RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(false).build().unwrap();
    let first = runtime();
    first.block_on(async { assert!(remote.request_refresh().is_some()) });
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
    not_driven.block_on(async { assert!(remote.request_refresh().is_some()) });
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
    let remote = remote_set(&ScriptedFetcher::serving(DOCUMENT));
    assert!(remote.request_refresh().is_none());
    assert!(remote.current().is_none());
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
        refresh(&remote).await;
        pass(seconds(31)).await;
    }
    assert_eq!(issuer.calls(), 50);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 1);
    drop(remote);
    pass(seconds(1)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}
