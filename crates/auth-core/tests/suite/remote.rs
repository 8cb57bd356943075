//! A remote set over real HTTP, well served and badly.

use std::time::{Duration, Instant};

use auth_core::test_util::{JwksServer, ServerFault, TestIssuer};
use auth_core::{Algorithm, JwkSet, RemoteJwkSet, RemoteJwkSetOptions, VerificationKeys, Verifier, VerifyError};

use crate::support::{secret, secret_text};

struct Lab {
    issuer: TestIssuer,
    server: JwksServer,
    keys: RemoteJwkSet,
    verifier: Verifier,
}

impl Lab {
    /// An issuer that serves its key, and a verifier with the shortest cooldown that there is.
    fn new() -> Self {
        Self::with(RemoteJwkSetOptions::new().cooldown_seconds(1))
    }

    fn with(options: RemoteJwkSetOptions) -> Self {
        let issuer = TestIssuer::new(Algorithm::Es256);
        let server = JwksServer::start(&issuer.document()).unwrap();
        let keys = RemoteJwkSet::new(server.url(), options).unwrap();
        let verifier = Verifier::new(keys.clone(), issuer.validation()).unwrap();
        Self { issuer, server, keys, verifier }
    }

    fn good(&self) -> String {
        self.issuer.access_token("ann").sign()
    }

    fn unknown(&self, kid: &str) -> String {
        self.issuer.access_token("ann").header("kid", kid).sign()
    }

    async fn ask(&self, token: &str) -> Result<(), VerifyError> {
        self.verifier.verify(token).await.map(|_| ())
    }
}

async fn cooldown() {
    tokio::time::sleep(Duration::from_millis(1050)).await;
}

#[tokio::test]
async fn the_first_request_fetches_and_is_answered() {
    let lab = Lab::new();
    assert_eq!(lab.server.requests(), 0);
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
    for _ in 0..50 {
        assert_eq!(lab.ask(&lab.good()).await, Ok(()));
    }
    assert_eq!(lab.server.requests(), 1);
}

#[tokio::test]
async fn a_fetch_says_what_it_wants_and_nothing_else() {
    let lab = Lab::new();
    lab.keys.prefetch().await.unwrap();
    let head = lab.server.heads().remove(0).to_lowercase();
    assert!(head.starts_with("get /api/auth/jwks http/1.1"), "{head}");
    assert!(head.contains("accept: application/jwk-set+json, application/json\r\n"), "{head}");
    for field in ["cookie", "authorization", "referer", "origin", "proxy"] {
        assert!(!head.contains(field), "{head}");
    }
}

#[tokio::test]
async fn a_new_key_signs_at_once_and_unannounced() {
    let mut lab = Lab::new();
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
    cooldown().await;
    let old = lab.good();
    lab.issuer.rotate(Algorithm::EdDsa);
    lab.server.serve(&lab.issuer.document());
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
    assert_eq!(lab.ask(&old).await, Ok(()));
    assert_eq!(lab.server.requests(), 2);
}

#[tokio::test]
async fn a_key_that_was_taken_away_ends_with_its_set() {
    let mut lab = Lab::with(
        RemoteJwkSetOptions::new()
            .cooldown_seconds(1)
            .max_age_seconds(1)
            .max_stale_seconds(60)
            .signature_cache_capacity(8),
    );
    let old = lab.good();
    assert_eq!(lab.ask(&old).await, Ok(()));
    lab.issuer.rotate(Algorithm::Es256);
    lab.issuer.keep_newest_key();
    lab.server.serve(&lab.issuer.document());
    // Nobody asks in between: the set is refreshed all the same.
    tokio::time::sleep(Duration::from_millis(2200)).await;
    assert_eq!(lab.ask(&old).await, Err(VerifyError::NoMatchingKey));
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_forged_names_are_one_fetch() {
    let lab = std::sync::Arc::new(Lab::new());
    lab.keys.prefetch().await.unwrap();
    cooldown().await;
    let tokens: Vec<_> = (0..200).map(|n| lab.unknown(&format!("nope-{n}"))).collect();
    let start = Instant::now();
    let asks: Vec<_> = tokens
        .into_iter()
        .map(|token| {
            let lab = std::sync::Arc::clone(&lab);
            tokio::spawn(async move { lab.ask(&token).await })
        })
        .collect();
    for ask in asks {
        assert_eq!(ask.await.unwrap(), Err(VerifyError::NoMatchingKey));
    }
    let cooldowns = usize::try_from(start.elapsed().as_secs()).unwrap();
    assert!((2..=2 + cooldowns).contains(&lab.server.requests()), "{} requests", lab.server.requests());
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
}

#[tokio::test]
async fn only_a_name_that_could_be_new_is_asked_for() {
    let lab = Lab::new();
    lab.keys.prefetch().await.unwrap();
    cooldown().await;
    let token = || lab.issuer.access_token("ann");
    for (forged, error) in [
        (token().header("alg", "none"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "HS256").header("kid", "new"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "RS512").header("kid", "new"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "EdDSA"), VerifyError::InvalidAlgorithm),
        (token().secret("guess").header("alg", "ES256"), VerifyError::InvalidSignature),
        (token().header("typ", "id+jwt").header("kid", "new"), VerifyError::InvalidTokenType),
    ] {
        assert_eq!(lab.ask(&forged.sign()).await, Err(error));
    }
    assert_eq!(lab.server.requests(), 1);
    assert_eq!(lab.ask(&lab.unknown("new")).await, Err(VerifyError::NoMatchingKey));
    assert_eq!(lab.server.requests(), 2);
}

#[tokio::test]
async fn an_issuer_that_was_never_reached_is_no_fault_of_the_token() {
    let lab = Lab::new();
    lab.server.fail(ServerFault::HangUp);
    assert_eq!(lab.keys.prefetch().await, Err(VerifyError::KeysUnavailable));
    assert_eq!(lab.ask(&lab.good()).await, Err(VerifyError::KeysUnavailable));
    assert_eq!(lab.ask(&lab.unknown("x")).await, Err(VerifyError::KeysUnavailable));
    let forged = lab.issuer.access_token("ann").header("alg", "none").sign();
    assert_eq!(lab.ask(&forged).await, Err(VerifyError::InvalidAlgorithm), "what is wrong in any case is said");
    lab.server.serve(&lab.issuer.document());
    cooldown().await;
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
}

#[tokio::test]
async fn bad_answers_leave_the_good_set_where_it_is() {
    let trap = JwksServer::start("{}").unwrap();
    let faults = [
        ServerFault::Status(500),
        ServerFault::Status(404),
        ServerFault::Status(204),
        ServerFault::Body("<html>login</html>".to_owned()),
        ServerFault::Body("{\"keys\":[{".to_owned()),
        ServerFault::Body("{\"keys\":[]}".to_owned()),
        ServerFault::Body("{\"kty\":\"EC\"}".to_owned()),
        ServerFault::Body(String::new()),
        ServerFault::Body(format!(r#"{{"keys":[],"pad":"{}"}}"#, "x".repeat(JwkSet::MAX_BYTES))),
        ServerFault::HangUp,
        ServerFault::Redirect(trap.url().to_owned()),
    ];
    let drills: Vec<_> = faults.into_iter().map(|fault| tokio::spawn(survives(fault))).collect();
    for drill in drills {
        drill.await.unwrap();
    }
    assert_eq!(trap.requests(), 0, "a redirect is not followed");
}

async fn survives(fault: ServerFault) {
    let lab = Lab::new();
    lab.keys.prefetch().await.unwrap();
    cooldown().await;
    lab.server.fail(fault.clone());
    assert_eq!(lab.ask(&lab.unknown("new")).await, Err(VerifyError::NoMatchingKey), "{fault:?}");
    assert_eq!(lab.server.requests(), 2, "{fault:?}");
    assert_eq!(lab.ask(&lab.good()).await, Ok(()), "{fault:?}");
}

#[tokio::test]
async fn a_slow_issuer_holds_up_nobody_for_long_and_known_keys_not_at_all() {
    let lab = std::sync::Arc::new(Lab::new());
    lab.keys.prefetch().await.unwrap();
    cooldown().await;
    lab.server.fail(ServerFault::Slow);
    let start = Instant::now();
    let waiting = tokio::spawn({
        let lab = std::sync::Arc::clone(&lab);
        async move { lab.ask(&lab.unknown("new")).await }
    });
    tokio::time::sleep(Duration::from_millis(300)).await;
    let known = Instant::now();
    assert_eq!(lab.ask(&lab.good()).await, Ok(()));
    assert!(known.elapsed() < Duration::from_secs(1));
    assert_eq!(waiting.await.unwrap(), Err(VerifyError::NoMatchingKey));
    assert!((4..8).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn https_is_not_talked_down_to_http() {
    let lab = Lab::new();
    let keys = RemoteJwkSet::new(&lab.server.url().replace("http:", "https:"), RemoteJwkSetOptions::new()).unwrap();
    assert_eq!(keys.prefetch().await, Err(VerifyError::KeysUnavailable));
}

#[tokio::test]
async fn secrets_answer_while_the_issuer_is_away() {
    let lab = Lab::new();
    lab.server.fail(ServerFault::HangUp);
    let keys = VerificationKeys::from(lab.keys.clone()).with_secrets(secret(1));
    let verifier = Verifier::new(keys, lab.issuer.validation()).unwrap();
    let token = lab.issuer.access_token("ann").secret(secret_text(1)).header("alg", "HS256");
    assert!(verifier.verify(&token.sign()).await.is_ok());
    assert_eq!(lab.server.requests(), 0);
}

/// The drill: keys change every second and a half under load, each new one signing at once, and nobody is turned away.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rotation_under_load_refuses_nobody() {
    let mut lab = Lab::new();
    lab.keys.prefetch().await.unwrap();
    let mut verified = 0;
    for round in 0..4 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let algorithm = if round % 2 == 0 { Algorithm::EdDsa } else { Algorithm::Es256 };
        let old = lab.good();
        lab.issuer.rotate(algorithm);
        lab.server.serve(&lab.issuer.document());
        let new = lab.good();
        let answers: Vec<_> = (0..100).map(|n| lab.verifier.verify(if n % 2 == 0 { &new } else { &old })).collect();
        for answer in futures(answers).await {
            assert_eq!(answer.map(|user| user.user_id().to_owned()), Ok("ann".to_owned()));
            verified += 1;
        }
    }
    assert_eq!((verified, lab.server.requests()), (400, 5));
}

/// Waits for all of them together, each being polled again whenever one moves.
async fn futures<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut waiting: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut done = Vec::new();
    std::future::poll_fn(move |context| {
        for slot in &mut waiting {
            if let Some(future) = slot
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                done.push(output);
                *slot = None;
            }
        }
        if waiting.iter().all(Option::is_none) {
            std::task::Poll::Ready(std::mem::take(&mut done))
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}
