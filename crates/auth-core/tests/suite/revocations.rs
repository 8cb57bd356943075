//! Revocations: in memory, and from a URL.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::test_util::{self, JwksServer, ServerFault, TestIssuer, TokenBuilder};
use auth_core::{
    Algorithm, AuthenticatedUser, Clock, ConfigError, JwkSet, RemoteJwkSet, RemoteJwkSetOptions, RemoteRevocationList,
    RemoteRevocationListOptions, RevocationError, RevocationList, RevocationListFull, Revocations, Validation,
    VerificationKeys, Verifier, VerifyError,
};
use serde_json::{Value, json};

use crate::log::capture_log;
use crate::support::{NOW, secret, token_builder, verifier_at_now, verify, verify_with};

fn verifier_with(revocations: &RevocationList) -> Verifier {
    verifier_at_now(test_util::secret(), Validation::new()).with_revocations(revocations.clone())
}

fn token_of(user_id: &str, session_id: &str) -> TokenBuilder {
    token_builder().claim("sub", user_id).claim("sid", session_id)
}

#[test]
fn revoked_session_is_rejected_and_others_are_accepted() {
    let revocations = RevocationList::new();
    let verifier = verifier_with(&revocations);
    let error_of = |token: TokenBuilder| verify(&verifier, &token.sign()).err();
    assert_eq!(error_of(token_of("ann", "s-1")), None);
    revocations.revoke_session("s-1", NOW, NOW + 960).unwrap();
    assert_eq!(error_of(token_of("ann", "s-1")), Some(VerifyError::Revoked));
    assert_eq!(error_of(token_of("bob", "s-1")), Some(VerifyError::Revoked), "the session is named, not the user");
    for other in [token_of("ann", "s-2"), token_of("ann", "S-1"), token_of("s-1", "s-2"), token_builder()] {
        assert_eq!(error_of(other), None);
    }
}

#[test]
fn revoked_subject_is_rejected_in_every_session() {
    let revocations = RevocationList::new();
    let verifier = verifier_with(&revocations);
    let error_of = |token: TokenBuilder| verify(&verifier, &token.sign()).err();
    revocations.revoke_subject("ann", NOW, NOW + 960).unwrap();
    for revoked in [token_of("ann", "s-1"), token_of("ann", "s-2"), token_builder()] {
        assert_eq!(error_of(revoked), Some(VerifyError::Revoked));
    }
    for other in [token_of("bob", "s-1"), token_of("bob", "ann"), token_of("Ann", "s-1")] {
        assert_eq!(error_of(other), None);
    }
}

#[test]
fn token_is_revoked_if_it_was_issued_until_the_instant_or_has_no_iat() {
    let revocations = RevocationList::new();
    let verifier = verifier_with(&revocations);
    let error_of = |token: TokenBuilder| verify(&verifier, &token.sign()).err();
    revocations.revoke_session("s-1", NOW - 10, NOW + 960).unwrap();
    revocations.revoke_subject("bob", NOW - 10, NOW + 960).unwrap();
    for token in [token_of("ann", "s-1"), token_of("bob", "s-2")] {
        for revoked in [json!(NOW - 1000), json!(NOW - 11), json!(NOW - 10), json!(NOW as f64 - 9.5), json!(-1)] {
            assert_eq!(error_of(token.clone().claim("iat", revoked.clone())), Some(VerifyError::Revoked), "{revoked}");
        }
        for later in [json!(NOW - 9), json!(NOW)] {
            assert_eq!(error_of(token.clone().claim("iat", later.clone())), None, "{later}");
        }
        assert_eq!(error_of(token.without_claim("iat")), Some(VerifyError::Revoked));
    }
}

#[test]
fn second_revocation_extends_the_first_one() {
    let revocations = RevocationList::new();
    let verifier = verifier_with(&revocations);
    let is_revoked = |iat| verify(&verifier, &token_of("ann", "s-1").claim("iat", iat).sign()).is_err();
    revocations.revoke_session("s-1", NOW - 20, NOW + 960).unwrap();
    revocations.revoke_session("s-1", NOW - 10, NOW + 970).unwrap();
    revocations.revoke_session("s-1", NOW - 30, NOW + 10).unwrap();
    assert_eq!(revocations.len(), 1);
    assert!(is_revoked(NOW - 10) && !is_revoked(NOW - 9));
}

#[test]
fn full_list_keeps_its_entries_and_drops_those_that_have_ended() {
    let (clock, control) = Clock::fixed(NOW);
    let revocations = RevocationList::with_clock(clock);
    let verifier = verifier_with(&revocations);
    assert!(revocations.is_empty());
    for n in 0..RevocationList::MAX_ENTRIES {
        let until = if n % 2 == 0 { NOW + 100 } else { NOW + 1000 };
        revocations.revoke_session(&format!("s-{n}"), NOW, until).unwrap();
    }
    assert_eq!(revocations.revoke_session("one more", NOW, NOW + 1000), Err(RevocationListFull));
    assert_eq!(revocations.revoke_subject("ann", NOW, NOW + 1000), Err(RevocationListFull));
    assert_eq!(revocations.revoke_session("s-1", NOW, NOW + 2000), Ok(()), "a known one is extended");
    assert!(verify(&verifier, &token_of("ann", "s-2").sign()).is_err());
    assert_eq!(revocations.len(), RevocationList::MAX_ENTRIES);

    control.advance(100);
    assert_eq!(revocations.revoke_subject("ann", NOW, NOW + 1000), Err(RevocationListFull), "until is included");
    control.advance(1);
    assert_eq!(revocations.revoke_subject("ann", NOW, NOW + 1000), Ok(()));
    assert_eq!(revocations.len(), RevocationList::MAX_ENTRIES / 2 + 1);
    assert!(verify(&verifier, &token_of("bob", "s-1").sign()).is_err());
}

#[test]
fn revocation_after_the_verification_is_found_by_a_second_check() {
    let revocations = RevocationList::new();
    let verifier = verifier_with(&revocations);
    let user = verify(&verifier, &token_of("ann", "s-1").sign()).unwrap();
    assert_eq!(verifier.check_revocations(&user), Ok(()));
    revocations.revoke_session("s-1", NOW, NOW + 960).unwrap();
    assert_eq!(verifier.check_revocations(&user), Err(VerifyError::Revoked));
}

/// A source that cannot be asked.
#[derive(Debug)]
struct Unavailable;

impl Revocations for Unavailable {
    fn check(&self, _: &AuthenticatedUser) -> Result<(), RevocationError> {
        Err(RevocationError::Unavailable)
    }
}

#[test]
fn every_source_is_asked() {
    let (first, second) = (RevocationList::new(), RevocationList::new());
    first.revoke_session("s-1", NOW, NOW + 960).unwrap();
    second.revoke_session("s-2", NOW, NOW + 960).unwrap();
    let verifier = verifier_with(&first).with_revocations(second);
    for session in ["s-1", "s-2"] {
        assert_eq!(verify(&verifier, &token_of("ann", session).sign()), Err(VerifyError::Revoked));
    }
    assert!(verify(&verifier, &token_of("ann", "s-3").sign()).is_ok());
    let verifier = verifier.with_revocations(Unavailable);
    assert_eq!(verify(&verifier, &token_of("ann", "s-1").sign()), Err(VerifyError::Revoked));
    assert_eq!(verify(&verifier, &token_of("ann", "s-3").sign()), Err(VerifyError::RevocationsUnavailable));
}

#[test]
fn debug_output_contains_no_ids() {
    let revocations = RevocationList::new();
    revocations.revoke_subject("secret-user", NOW, NOW + 960).unwrap();
    let output = format!("{:?}", verifier_with(&revocations));
    assert!(output.contains("entries: 1") && !output.contains("secret-user"), "{output}");
}

/// A list as the web application publishes it, at this time.
fn list_at(now: u64, entries: Value) -> TokenBuilder {
    TokenBuilder::for_user("ann")
        .without_claim("sub")
        .without_claim("email")
        .header("typ", "revocations+jwt")
        .claim("iat", now)
        .claim("exp", now + 300)
        .claim("revocations", entries)
}

fn now() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

fn options() -> RemoteRevocationListOptions {
    RemoteRevocationListOptions::new().poll_interval_seconds(1)
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
async fn remote_list_revokes_within_one_interval() {
    let server = JwksServer::start(&list_at(now(), json!([])).sign()).unwrap();
    let list = RemoteRevocationList::new(server.url(), test_util::secret(), &Validation::new(), options()).unwrap();
    let verifier = test_util::verifier().with_revocations(list.clone());
    let (token, other) =
        (token_of("ann", "s-1").issued_at(now()).sign(), token_of("ann", "s-2").issued_at(now()).sign());
    assert_eq!(server.requests(), 0, "nothing is fetched before the first check");
    assert!(verifier.verify(&token).await.is_ok());
    list.prefetch().await.unwrap();
    assert!(list.is_empty() && list.age().is_some());

    let before = now();
    server.serve(&list_at(now(), json!([{"sid": "s-1", "before": before, "until": before + 960}])).sign());
    wait_until(|| list.len() == 1).await;
    assert_eq!(verifier.verify(&token).await, Err(VerifyError::Revoked));
    assert!(verifier.verify(&other).await.is_ok());

    // The list stays in force while the application is away.
    server.fail(ServerFault::HangUp);
    let requests = server.requests();
    wait_until(|| server.requests() >= requests + 2).await;
    assert_eq!(verifier.verify(&token).await, Err(VerifyError::Revoked));
    assert!(verifier.verify(&other).await.is_ok());
}

#[tokio::test]
async fn remote_list_is_fetched_without_credentials_and_only_if_it_has_changed() {
    let server = JwksServer::start("").unwrap();
    let entries = json!([{"sub": "ann", "before": now(), "until": now() + 960}]);
    server.serve_with_entity_tag(&list_at(now(), entries).sign(), "\"v1\"");
    let list = RemoteRevocationList::new(server.url(), test_util::secret(), &Validation::new(), options()).unwrap();
    list.prefetch().await.unwrap();
    wait_until(|| server.requests() >= 3).await;
    assert_eq!(list.len(), 1, "304 keeps the list");
    let heads: Vec<_> = server.heads().iter().map(|head| head.to_lowercase()).collect();
    assert!(!heads[0].contains("if-none-match"), "{}", heads[0]);
    assert!(heads[1].contains("if-none-match: \"v1\"\r\n"), "{}", heads[1]);
    for head in heads {
        assert!(head.contains("accept: application/jwt\r\n"), "{head}");
        for field in ["cookie", "authorization", "referer", "origin", "proxy"] {
            assert!(!head.contains(field), "{head}");
        }
    }
}

#[tokio::test]
async fn remote_list_is_verified_with_a_remote_jwk_set() {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    let server = JwksServer::start(&issuer.document()).unwrap();
    let keys = RemoteJwkSet::new(server.url(), RemoteJwkSetOptions::new().cooldown_seconds(1)).unwrap();
    let list_of = |issuer: &TestIssuer, entries| {
        let list = list_at(now(), entries).claim("iss", issuer.base_url()).claim("aud", issuer.base_url());
        list.key(issuer.key()).sign()
    };
    let list_server = JwksServer::start(&list_of(&issuer, json!([]))).unwrap();
    let list = RemoteRevocationList::new(list_server.url(), keys.clone(), &issuer.validation(), options()).unwrap();
    assert_eq!(list.prefetch().await, Ok(()), "the keys are fetched for the list");
    // The list is signed with a key that is not known yet.
    issuer.rotate(Algorithm::EdDsa);
    server.serve(&issuer.document());
    list_server.serve(&list_of(&issuer, json!([{"sid": "s-1", "before": now(), "until": now() + 960}])));
    wait_until(|| list.len() == 1).await;
}

#[tokio::test]
async fn document_that_is_not_a_valid_list_is_not_used() {
    let entry = || json!([{"sid": "s-1", "before": now(), "until": now() + 960}]);
    let list = || list_at(now(), entry());
    let validation = Validation::new().issuer("https://app.test").audience("todo-api");
    let good = || list().claim("iss", "https://app.test").claim("aud", "todo-api");
    let mut documents = vec![
        ("an access token", good().header("typ", "JWT").claim("sub", "ann").sign()),
        ("without a typ", good().without_header("typ").sign()),
        ("another typ", good().header("typ", "at+jwt").sign()),
        ("another key", good().secret("another secret").sign()),
        ("another issuer", good().claim("iss", "https://other.test").sign()),
        ("another audience", good().claim("aud", "other-api").sign()),
        ("expired", good().claim("exp", now() - 60).sign()),
        ("from the future", good().claim("iat", now() + 60).sign()),
        ("without exp", good().without_claim("exp").sign()),
        ("without iat", good().without_claim("iat").sign()),
        ("unsigned", good().header("alg", "none").unsigned()),
        ("not a token", "{\"revocations\":[]}".to_owned()),
        ("empty", String::new()),
        ("without entries", good().without_claim("revocations").sign()),
        ("duplicate member", good().raw_payload(r#"{"revocations":[],"revocations":[]}"#).sign()),
    ];
    for entry in [
        json!("s-1"),
        json!({}),
        json!({"before": 1, "until": 2}),
        json!({"sid": "s", "sub": "u", "before": 1, "until": 2}),
        json!({"sid": 1, "before": 1, "until": 2}),
        json!({"sid": "s", "until": 2}),
        json!({"sid": "s", "before": 1}),
        json!({"sid": "s", "before": -1, "until": 2}),
        json!({"sid": "s", "before": "1", "until": 2}),
        json!({"sid": "s", "before": 1.5, "until": 2}),
    ] {
        documents.push(("an invalid entry", good().claim("revocations", json!([entry])).sign()));
    }
    documents.push(("entries that are no array", good().claim("revocations", json!({})).sign()));
    let too_many = vec![json!({"sid": "s", "before": 1, "until": 2}); RevocationList::MAX_ENTRIES + 1];
    documents.push(("too many entries", good().claim("revocations", too_many).sign()));
    documents.push(("too long", "x".repeat(RemoteRevocationList::MAX_BYTES + 1)));

    let fetch = async |document: &str| {
        let server = JwksServer::start(document).unwrap();
        let list = RemoteRevocationList::new(server.url(), test_util::secret(), &validation, options()).unwrap();
        let result = list.prefetch().await;
        (result, list.len())
    };
    assert_eq!(fetch(&good().sign()).await, (Ok(()), 1));
    assert_eq!(fetch(&good().header("typ", "application/revocations+jwt").sign()).await, (Ok(()), 1));
    for (name, document) in &documents {
        assert_eq!(fetch(document).await, (Err(VerifyError::RevocationsUnavailable), 0), "{name}");
    }
}

#[tokio::test]
async fn entries_that_have_ended_are_left_out_and_unknown_members_are_ignored() {
    let server = JwksServer::start(
        &list_at(
            now(),
            json!([
                {"sid": "s-1", "before": now(), "until": now() - 10},
                {"sid": "s-2", "before": now(), "until": now() + 960, "reason": "sign-out"},
                {"sub": "ann", "before": now(), "until": now() + 960},
            ]),
        )
        .sign(),
    )
    .unwrap();
    let list = RemoteRevocationList::new(server.url(), test_util::secret(), &Validation::new(), options()).unwrap();
    list.prefetch().await.unwrap();
    assert_eq!(list.len(), 2);
}

#[test]
fn list_is_never_an_access_token() {
    let list = list_at(NOW, json!([])).claim("sub", "ann");
    assert_eq!(verify_with(Validation::new(), &list.sign()).err(), Some(VerifyError::InvalidTokenType));
}

#[test]
fn remote_list_with_invalid_configuration_is_rejected() {
    let result = |url: &str, options: RemoteRevocationListOptions| {
        RemoteRevocationList::new(url, secret(1), &Validation::new(), options).map(|_| ())
    };
    assert_eq!(result("https://app.example/api/auth/revocations", options()), Ok(()));
    for url in ["", "/revocations", "http://app.example/revocations", "file:///revocations", "https://u:p@app.example/"]
    {
        let error = result(url, options()).unwrap_err();
        assert!(matches!(error, ConfigError::InvalidRevocationsUrl { .. }), "{url}");
    }
    assert_eq!(
        result("https://app.example", options().poll_interval_seconds(0)),
        Err(ConfigError::InvalidPollInterval)
    );
    let set = TestIssuer::new(Algorithm::EdDsa).jwk_set();
    let result = |set: JwkSet, validation: &Validation| {
        RemoteRevocationList::new("https://app.example", set, validation, options()).map(|_| ())
    };
    assert_eq!(result(set.clone(), &Validation::new()), Err(ConfigError::IssuerMissing));
    assert_eq!(result(set, &Validation::new().issuer("me")), Err(ConfigError::AudienceMissing));
}

/// One warning when the fetches start to fail, one line when they work again.
#[test]
fn log_states_when_fetches_start_to_fail_and_when_they_work_again() {
    let log = capture_log(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = JwksServer::start(&list_at(now(), json!([])).sign()).unwrap();
            let url = format!("{}?key=hidden", server.url());
            let list = RemoteRevocationList::new(&url, test_util::secret(), &Validation::new(), options()).unwrap();
            list.prefetch().await.unwrap();
            server.fail(ServerFault::Status(500));
            let requests = server.requests();
            wait_until(|| server.requests() >= requests + 3).await;
            server.serve(&list_at(now(), json!([{"sid": "s-1", "before": 1, "until": now() + 9}])).sign());
            wait_until(|| list.len() == 1).await;
        });
    });
    assert_eq!(log.matches("revocations not fetched").count(), 1, "{log}");
    assert_eq!(log.matches("revocations fetched again").count(), 1, "{log}");
    assert!(log.contains("status 500") && !log.contains("hidden"), "{log}");
}

#[tokio::test]
async fn clones_share_one_list() {
    let server = JwksServer::start(&list_at(now(), json!([])).sign()).unwrap();
    let keys = VerificationKeys::from(test_util::secret());
    let list = RemoteRevocationList::new(server.url(), keys, &Validation::new(), options()).unwrap();
    let clones: Vec<_> = (0..10).map(|_| Arc::new(list.clone())).collect();
    for clone in &clones {
        clone.prefetch().await.unwrap();
    }
    assert_eq!(server.requests(), 1);
    let output = format!("{list:?}");
    assert!(output.contains("entries: 0") && output.contains("127.0.0.1"), "{output}");
}
