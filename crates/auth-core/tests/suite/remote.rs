//! A remote set over HTTP, with and without failures of the issuer.

use std::time::{Duration, Instant};

use auth_core::test_util::{JwksServer, ServerFault, TestIssuer};
use auth_core::{Algorithm, JwkSet, RemoteJwkSet, RemoteJwkSetOptions, VerificationKeys, Verifier, VerifyError};

use crate::support::{secret, secret_text};

struct Setup {
    issuer: TestIssuer,
    server: JwksServer,
    keys: RemoteJwkSet,
    verifier: Verifier,
}

impl Setup {
    /// An issuer that serves its key, and a verifier with the minimum cooldown.
    fn new() -> Self {
        Self::with_options(RemoteJwkSetOptions::new().cooldown_seconds(1))
    }

    fn with_options(options: RemoteJwkSetOptions) -> Self {
        let issuer = TestIssuer::new(Algorithm::Es256);
        let server = JwksServer::start(&issuer.document()).unwrap();
        let keys = RemoteJwkSet::new(server.url(), options).unwrap();
        let verifier = Verifier::new(keys.clone(), issuer.validation()).unwrap();
        Self { issuer, server, keys, verifier }
    }

    fn valid_token(&self) -> String {
        self.issuer.access_token("ann").sign()
    }

    fn token_with_kid(&self, kid: &str) -> String {
        self.issuer.access_token("ann").header("kid", kid).sign()
    }

    async fn verify(&self, token: &str) -> Result<(), VerifyError> {
        self.verifier.verify(token).await.map(|_| ())
    }
}

/// Waits until the cooldown of one second is over.
async fn wait_for_cooldown() {
    tokio::time::sleep(Duration::from_millis(1050)).await;
}

/// Polls a condition, for 10 s at most.
async fn wait_until(condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(10), "the condition is not met");
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
}

#[tokio::test]
async fn first_request_fetches_the_set() {
    let setup = Setup::new();
    assert_eq!(setup.server.requests(), 0);
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
    for _ in 0..50 {
        assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
    }
    assert_eq!(setup.server.requests(), 1);
}

#[tokio::test]
async fn fetch_sends_only_the_expected_headers() {
    let setup = Setup::new();
    setup.keys.prefetch().await.unwrap();
    let head = setup.server.heads().remove(0).to_lowercase();
    assert!(head.starts_with("get /api/auth/jwks http/1.1"), "{head}");
    assert!(head.contains("accept: application/jwk-set+json, application/json\r\n"), "{head}");
    for field in ["cookie", "authorization", "referer", "origin", "proxy"] {
        assert!(!head.contains(field), "{head}");
    }
}

#[tokio::test]
async fn token_of_a_new_key_triggers_a_refresh() {
    let mut setup = Setup::new();
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
    wait_for_cooldown().await;
    let old = setup.valid_token();
    setup.issuer.rotate(Algorithm::EdDsa);
    setup.server.serve(&setup.issuer.document());
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
    assert_eq!(setup.verify(&old).await, Ok(()));
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test]
async fn removed_key_is_rejected_after_the_refresh() {
    let mut setup = Setup::with_options(
        RemoteJwkSetOptions::new()
            .cooldown_seconds(1)
            .max_age_seconds(1)
            .max_stale_seconds(60)
            .signature_cache_capacity(8),
    );
    let old = setup.valid_token();
    assert_eq!(setup.verify(&old).await, Ok(()));
    setup.issuer.rotate(Algorithm::Es256);
    setup.issuer.keep_newest_key();
    setup.server.serve(&setup.issuer.document());
    // The set is refreshed without a verification.
    wait_until(|| setup.server.requests() >= 2).await;
    // The response is parsed within the cooldown, before the next refresh.
    wait_for_cooldown().await;
    assert_eq!(setup.verify(&old).await, Err(VerifyError::NoMatchingKey));
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn unknown_kids_in_parallel_cause_one_fetch() {
    let setup = std::sync::Arc::new(Setup::new());
    setup.keys.prefetch().await.unwrap();
    wait_for_cooldown().await;
    let tokens: Vec<_> = (0..200).map(|n| setup.token_with_kid(&format!("nope-{n}"))).collect();
    let start = Instant::now();
    let verifications: Vec<_> = tokens
        .into_iter()
        .map(|token| {
            let setup = std::sync::Arc::clone(&setup);
            tokio::spawn(async move { setup.verify(&token).await })
        })
        .collect();
    for verification in verifications {
        assert_eq!(verification.await.unwrap(), Err(VerifyError::NoMatchingKey));
    }
    let cooldowns = usize::try_from(start.elapsed().as_secs()).unwrap();
    assert!((2..=2 + cooldowns).contains(&setup.server.requests()), "{} requests", setup.server.requests());
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
}

#[tokio::test]
async fn only_an_unknown_kid_triggers_a_refresh() {
    let setup = Setup::new();
    setup.keys.prefetch().await.unwrap();
    wait_for_cooldown().await;
    let token = || setup.issuer.access_token("ann");
    for (forged, error) in [
        (token().header("alg", "none"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "HS256").header("kid", "new"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "RS512").header("kid", "new"), VerifyError::InvalidAlgorithm),
        (token().header("alg", "EdDSA"), VerifyError::InvalidAlgorithm),
        (token().secret("guess").header("alg", "ES256"), VerifyError::InvalidSignature),
        (token().header("typ", "id+jwt").header("kid", "new"), VerifyError::InvalidTokenType),
    ] {
        assert_eq!(setup.verify(&forged.sign()).await, Err(error));
    }
    assert_eq!(setup.server.requests(), 1);
    assert_eq!(setup.verify(&setup.token_with_kid("new")).await, Err(VerifyError::NoMatchingKey));
    assert_eq!(setup.server.requests(), 2);
}

#[tokio::test]
async fn unreachable_issuer_yields_keys_unavailable() {
    let setup = Setup::new();
    setup.server.fail(ServerFault::HangUp);
    assert_eq!(setup.keys.prefetch().await, Err(VerifyError::KeysUnavailable));
    assert_eq!(setup.verify(&setup.valid_token()).await, Err(VerifyError::KeysUnavailable));
    assert_eq!(setup.verify(&setup.token_with_kid("x")).await, Err(VerifyError::KeysUnavailable));
    let forged = setup.issuer.access_token("ann").header("alg", "none").sign();
    assert_eq!(
        setup.verify(&forged).await,
        Err(VerifyError::InvalidAlgorithm),
        "an error that no key can change is reported"
    );
    setup.server.serve(&setup.issuer.document());
    wait_for_cooldown().await;
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
}

#[tokio::test]
async fn bad_response_keeps_the_current_set() {
    let redirect_target = JwksServer::start("{}").unwrap();
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
        ServerFault::Redirect(redirect_target.url().to_owned()),
    ];
    let checks: Vec<_> = faults.into_iter().map(|fault| tokio::spawn(assert_set_is_kept(fault))).collect();
    for check in checks {
        check.await.unwrap();
    }
    assert_eq!(redirect_target.requests(), 0, "a redirect is not followed");
}

async fn assert_set_is_kept(fault: ServerFault) {
    let setup = Setup::new();
    setup.keys.prefetch().await.unwrap();
    wait_for_cooldown().await;
    setup.server.fail(fault.clone());
    // The issuer may have the key: its answer is not usable.
    assert_eq!(setup.verify(&setup.token_with_kid("new")).await, Err(VerifyError::KeysUnavailable), "{fault:?}");
    assert_eq!(setup.server.requests(), 2, "{fault:?}");
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()), "{fault:?}");
}

#[tokio::test]
async fn slow_issuer_delays_unknown_kids_only_and_at_most_5_seconds() {
    let setup = std::sync::Arc::new(Setup::new());
    setup.keys.prefetch().await.unwrap();
    wait_for_cooldown().await;
    setup.server.fail(ServerFault::Slow);
    let start = Instant::now();
    let waiting = tokio::spawn({
        let setup = std::sync::Arc::clone(&setup);
        async move { setup.verify(&setup.token_with_kid("new")).await }
    });
    wait_until(|| setup.server.requests() >= 2).await;
    let known = Instant::now();
    assert_eq!(setup.verify(&setup.valid_token()).await, Ok(()));
    assert!(known.elapsed() < Duration::from_secs(1));
    assert_eq!(waiting.await.unwrap(), Err(VerifyError::KeysUnavailable));
    assert!((4..8).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
}

#[tokio::test]
async fn https_is_not_downgraded() {
    let setup = Setup::new();
    let keys = RemoteJwkSet::new(&setup.server.url().replace("http:", "https:"), RemoteJwkSetOptions::new()).unwrap();
    assert_eq!(keys.prefetch().await, Err(VerifyError::KeysUnavailable));
}

#[tokio::test]
async fn shared_secret_verifies_while_the_issuer_is_unreachable() {
    let setup = Setup::new();
    setup.server.fail(ServerFault::HangUp);
    let keys = VerificationKeys::from(setup.keys.clone()).with_secrets(secret(1));
    let verifier = Verifier::new(keys, setup.issuer.validation()).unwrap();
    let token = setup.issuer.access_token("ann").secret(secret_text(1)).header("alg", "HS256");
    assert!(verifier.verify(&token.sign()).await.is_ok());
    assert_eq!(setup.server.requests(), 0);
}

/// The key is rotated every 1.5 s. Each new key signs at once, and old tokens stay valid.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn key_rotation_under_load_rejects_no_valid_token() {
    let mut setup = Setup::new();
    setup.keys.prefetch().await.unwrap();
    let mut verified = 0;
    for round in 0..4 {
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let algorithm = if round % 2 == 0 { Algorithm::EdDsa } else { Algorithm::Es256 };
        let old = setup.valid_token();
        setup.issuer.rotate(algorithm);
        setup.server.serve(&setup.issuer.document());
        let new = setup.valid_token();
        let results: Vec<_> = (0..100).map(|n| setup.verifier.verify(if n % 2 == 0 { &new } else { &old })).collect();
        for result in join_all(results).await {
            assert_eq!(result.map(|user| user.user_id().to_owned()), Ok("ann".to_owned()));
            verified += 1;
        }
    }
    assert_eq!((verified, setup.server.requests()), (400, 5));
}

/// Waits for all futures concurrently.
async fn join_all<F: Future>(futures: Vec<F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = futures.into_iter().map(Box::pin).map(Some).collect();
    let mut done = Vec::new();
    std::future::poll_fn(move |context| {
        for slot in &mut pending {
            if let Some(future) = slot
                && let std::task::Poll::Ready(output) = future.as_mut().poll(context)
            {
                done.push(output);
                *slot = None;
            }
        }
        if pending.iter().all(Option::is_none) {
            std::task::Poll::Ready(std::mem::take(&mut done))
        } else {
            std::task::Poll::Pending
        }
    })
    .await
}
