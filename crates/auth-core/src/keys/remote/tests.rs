//! What time does to a set. The clock is tokio's, paused: it moves when everybody waits.

use std::pin::Pin;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::time::{Instant, advance, sleep};

use super::*;

const DOCUMENT: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"one","x":"PGHzSa5xLdyn7exMYWwL03RGR_pA3ctDlKyqjoE1CaA"}]}"#;

/// An issuer that answers as it is told, after a while.
#[derive(Clone, Default)]
struct Scripted(Arc<Script>);

#[derive(Default)]
struct Script {
    calls: AtomicUsize,
    answer: Mutex<Option<String>>,
    takes: Mutex<Duration>,
}

impl Scripted {
    fn answering(document: &str) -> Self {
        let issuer = Self::default();
        issuer.answer(document);
        issuer
    }

    fn answer(&self, document: &str) {
        *self.0.answer.lock().unwrap() = Some(document.to_owned());
    }

    fn go_away(&self) {
        *self.0.answer.lock().unwrap() = None;
    }

    fn take(&self, time: Duration) {
        *self.0.takes.lock().unwrap() = time;
    }

    fn calls(&self) -> usize {
        self.0.calls.load(Ordering::SeqCst)
    }
}

impl JwkSetFetcher for Scripted {
    fn fetch<'f>(&'f self, _: &'f str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>> {
        self.0.calls.fetch_add(1, Ordering::SeqCst);
        let takes = *self.0.takes.lock().unwrap();
        Box::pin(async move {
            sleep(takes).await;
            self.0.answer.lock().unwrap().clone().map(String::into_bytes).ok_or(FetchError::Connection)
        })
    }
}

fn remote(issuer: &Scripted) -> RemoteJwkSet {
    RemoteJwkSet::with_fetcher("https://app.example/jwks", RemoteJwkSetOptions::new(), issuer.clone()).unwrap()
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// Lets everything run that is ready to, and moves the clock.
async fn pass(time: Duration) {
    sleep(time).await;
}

async fn ask(remote: &RemoteJwkSet) -> bool {
    match remote.request_refresh() {
        Some(answer) => {
            answer.wait().await;
            true
        }
        None => false,
    }
}

#[tokio::test(start_paused = true)]
async fn nothing_is_fetched_before_somebody_asks() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    pass(seconds(60)).await;
    assert_eq!(issuer.calls(), 0);
    assert!(remote.current().is_none());
    assert_eq!(remote.prefetch().await, Ok(()));
    assert_eq!(remote.prefetch().await, Ok(()));
    assert_eq!(issuer.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_is_never_up_is_asked_once_a_cooldown() {
    let issuer = Scripted::default();
    let remote = remote(&issuer);
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    for _ in 0..100 {
        assert!(!ask(&remote).await, "nobody waits during a cooldown");
    }
    assert_eq!(issuer.calls(), 1);
    pass(seconds(301)).await;
    assert_eq!(issuer.calls(), 11, "and again each cooldown, so that the first good answer is not missed");
    issuer.answer(DOCUMENT);
    pass(seconds(30)).await;
    assert!(remote.current().is_some());
}

#[tokio::test(start_paused = true)]
async fn a_thousand_askers_are_one_fetch() {
    let issuer = Scripted::answering(DOCUMENT);
    issuer.take(seconds(1));
    let remote = remote(&issuer);
    let start = Instant::now();
    let askers: Vec<_> = (0..1000)
        .map(|_| {
            tokio::spawn({
                let remote = remote.clone();
                async move { ask(&remote).await }
            })
        })
        .collect();
    for asker in askers {
        assert!(asker.await.unwrap());
    }
    assert_eq!((issuer.calls(), start.elapsed()), (1, seconds(1)));
    assert!(!ask(&remote).await);
    advance(seconds(28)).await;
    assert!(!ask(&remote).await, "the cooldown counts from the start of the last attempt");
    advance(seconds(1)).await;
    assert!(ask(&remote).await);
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_bad_attempt_counts_for_the_cooldown_too() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    issuer.go_away();
    advance(seconds(31)).await;
    assert!(ask(&remote).await);
    assert!(!ask(&remote).await);
    assert_eq!(issuer.calls(), 2);
    assert!(remote.current().is_some(), "the last good set is still there");
}

#[tokio::test(start_paused = true)]
async fn a_set_is_refreshed_at_its_age_though_nobody_asks() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    let other = DOCUMENT.replace("one", "two");
    issuer.answer(&other);
    pass(seconds(599)).await;
    assert_eq!(issuer.calls(), 1);
    pass(seconds(2)).await;
    assert_eq!(issuer.calls(), 2);
    assert_eq!(remote.current().unwrap().key_ids().next().unwrap().0, Some("two"));
    pass(seconds(6000)).await;
    assert_eq!(issuer.calls(), 12);
}

#[tokio::test(start_paused = true)]
async fn a_known_key_never_waits() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    issuer.take(seconds(4));
    pass(seconds(601)).await;
    assert_eq!(issuer.calls(), 2, "a fetch is under way");
    let start = Instant::now();
    for _ in 0..100 {
        assert!(remote.current().is_some());
    }
    assert_eq!(start.elapsed(), Duration::ZERO);
    assert_eq!(issuer.calls(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_last_good_set_serves_for_its_time_and_no_longer() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    issuer.go_away();
    for bad in [
        "",
        "<html>login</html>",
        "{\"keys\":[{",
        "{\"keys\":[]}",
        "{\"kty\":\"EC\"}",
        "{\"keys\":[{\"kty\":\"oct\"}]}",
    ] {
        pass(seconds(3600)).await;
        issuer.answer(bad);
        pass(seconds(3600)).await;
        assert!(remote.current().is_some(), "{bad}");
    }
    pass(seconds(86_400 - 12 * 3600 - 10)).await;
    assert!(remote.current().is_some());
    pass(seconds(20)).await;
    assert!(remote.current().is_none());
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    issuer.answer(DOCUMENT);
    pass(seconds(31)).await;
    assert!(remote.current().is_some(), "and it comes back by itself");
}

#[tokio::test(start_paused = true)]
async fn an_issuer_that_never_ends_is_left_after_5_seconds() {
    let issuer = Scripted::answering(DOCUMENT);
    issuer.take(seconds(3600));
    let remote = remote(&issuer);
    let start = Instant::now();
    assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable));
    assert_eq!(start.elapsed(), seconds(5));
}

#[tokio::test(start_paused = true)]
async fn a_fetch_outlives_whoever_asked_for_it() {
    let issuer = Scripted::answering(DOCUMENT);
    issuer.take(seconds(2));
    let remote = remote(&issuer);
    let impatient = tokio::time::timeout(seconds(1), remote.prefetch());
    assert!(impatient.await.is_err(), "the client is gone");
    pass(seconds(2)).await;
    assert!(remote.current().is_some());
    assert_eq!(issuer.calls(), 1);
}

/// As with actix, whose workers have a small runtime each, one of which may end.
#[test]
fn fetching_moves_to_another_runtime_when_one_ends() {
    let issuer = Scripted::answering(DOCUMENT);
    issuer.take(seconds(2));
    let options = RemoteJwkSetOptions::new().cooldown_seconds(1);
    let remote = RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap();
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(false).build().unwrap();
    let first = runtime();
    first.block_on(async { assert!(remote.request_refresh().is_some()) });
    drop(first);
    assert!(remote.current().is_none());
    std::thread::sleep(Duration::from_millis(1100));
    issuer.take(Duration::ZERO);
    runtime().block_on(async { assert_eq!(remote.prefetch().await, Ok(())) });
    assert_eq!(issuer.calls(), 1, "the first was dropped before it began");
}

#[test]
fn a_fetch_on_a_runtime_that_nobody_drives_is_given_up() {
    let issuer = Scripted::answering(DOCUMENT);
    issuer.take(seconds(2));
    let options = RemoteJwkSetOptions::new().cooldown_seconds(1);
    let remote = RemoteJwkSet::with_fetcher("https://app.example/jwks", options, issuer.clone()).unwrap();
    let runtime =
        |paused| tokio::runtime::Builder::new_current_thread().enable_time().start_paused(paused).build().unwrap();
    let left_alone = runtime(false);
    left_alone.block_on(async { assert!(remote.request_refresh().is_some()) });
    runtime(true).block_on(async {
        assert_eq!(remote.prefetch().await, Err(VerifyError::KeysUnavailable), "it is waited for once");
        issuer.take(Duration::ZERO);
        assert_eq!(remote.prefetch().await, Ok(()));
    });
    drop(left_alone);
    assert!(remote.current().is_some());
}

#[test]
fn without_a_runtime_nothing_is_fetched_and_nothing_panics() {
    let remote = remote(&Scripted::answering(DOCUMENT));
    assert!(remote.request_refresh().is_none());
    assert!(remote.current().is_none());
}

#[tokio::test(start_paused = true)]
async fn fetching_ends_with_the_last_who_could_ask() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    drop(remote);
    pass(seconds(86_400)).await;
    assert_eq!(issuer.calls(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_unchanged_document_is_not_read_again() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    remote.prefetch().await.unwrap();
    let set = remote.current().unwrap();
    pass(seconds(601)).await;
    assert_eq!(issuer.calls(), 2);
    assert!(Arc::ptr_eq(&set, &remote.current().unwrap()));
}

#[test]
fn a_set_comes_from_https_or_from_this_machine() {
    let taken = |url: &str| RemoteJwkSet::new(url, RemoteJwkSetOptions::new()).map(|_| ());
    for url in [
        "https://app.example/api/auth/jwks",
        "https://app.example:8443/jwks?x=1",
        "http://localhost:3000/api/auth/jwks",
        "http://127.0.0.1:3000/jwks",
        "http://127.8.8.8/jwks",
        "http://[::1]:3000/jwks",
    ] {
        assert_eq!(taken(url), Ok(()), "{url}");
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
        let problem = taken(url).unwrap_err();
        assert!(matches!(problem, ConfigError::InvalidJwkSetUrl { .. }), "{url}");
        assert!(!problem.to_string().contains("secret"), "{problem}");
    }
}

#[test]
fn better_auths_address_is_known() {
    for base in ["https://app.example", "https://app.example/"] {
        let remote = RemoteJwkSet::better_auth(base, RemoteJwkSetOptions::new()).unwrap();
        assert_eq!(remote.0.redacted_url(), "https://app.example/api/auth/jwks");
    }
}

#[test]
fn times_that_make_no_sense_are_refused() {
    let taken = |options: RemoteJwkSetOptions| RemoteJwkSet::new("https://app.example", options).map(|_| ());
    let options = RemoteJwkSetOptions::new;
    assert_eq!(options(), RemoteJwkSetOptions::default());
    for bad in [options().cooldown_seconds(0), options().max_age_seconds(0), options().max_stale_seconds(599)] {
        assert_eq!(taken(bad), Err(ConfigError::InvalidJwkSetTimes), "{bad:?}");
    }
    let long = options().cooldown_seconds(u64::MAX).max_age_seconds(u64::MAX).max_stale_seconds(u64::MAX);
    assert_eq!(taken(long), Ok(()));
}

#[test]
fn debug_output_shows_no_query() {
    let remote = RemoteJwkSet::new("https://app.example/jwks?key=hidden", RemoteJwkSetOptions::new()).unwrap();
    let shown = format!("{remote:?}");
    assert!(shown.contains("app.example") && !shown.contains("hidden"), "{shown}");
}

#[tokio::test(start_paused = true)]
async fn however_often_it_is_asked_one_task_keeps_a_set_fresh() {
    let issuer = Scripted::answering(DOCUMENT);
    let remote = remote(&issuer);
    for _ in 0..50 {
        ask(&remote).await;
        pass(seconds(31)).await;
    }
    assert_eq!(issuer.calls(), 50);
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 1);
    drop(remote);
    pass(seconds(1)).await;
    assert_eq!(tokio::runtime::Handle::current().metrics().num_alive_tasks(), 0);
}
