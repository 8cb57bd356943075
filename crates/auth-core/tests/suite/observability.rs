//! What a service learns of rejected requests: the hook and the log.

use std::pin::pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};

use auth_core::adapters::Authenticator;
use auth_core::test_util::{self, TokenBuilder};

use crate::log::capture_log;
use crate::support::token_builder;

type Events = Arc<Mutex<Vec<(&'static str, Option<String>)>>>;

fn authenticator() -> (Authenticator, Events) {
    let events = Events::default();
    let recorded = Arc::clone(&events);
    let authenticator = Authenticator::new(test_util::verifier(), "todo").on_rejection(move |rejection| {
        recorded.lock().unwrap().push((rejection.error.reason(), rejection.key_id.clone()));
    });
    (authenticator, events)
}

fn authenticate(authenticator: &Authenticator, field: &str) {
    let future = pin!(authenticator.authenticate([field.as_bytes()]));
    match future.poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => drop(result),
        Poll::Pending => unreachable!("the keys are available"),
    }
}

fn bearer(token: &TokenBuilder) -> String {
    format!("Bearer {}", token.sign())
}

#[test]
fn rejection_is_reported_with_its_rule_and_key_id() {
    let (authenticator, events) = authenticator();
    let forged = || TokenBuilder::for_user("ann").secret("another secret");
    for (field, reason, key_id) in [
        ("Basic YW5uOmFubg==".to_owned(), "missing_credentials", None),
        ("Bearer opaque".to_owned(), "not_compact_jws", None),
        ("Bearer !.e30.AAAA".to_owned(), "invalid_base64url", None),
        (bearer(&forged()), "invalid_signature", None),
        (bearer(&forged().header("kid", "key-1")), "invalid_signature", Some("key-1")),
        (bearer(&forged().header("kid", 7)), "invalid_key_id", None),
        (bearer(&forged().header("kid", "a\r\nb\u{202e}\"")), "invalid_signature", Some(r#"a\r\nb\u{202e}\""#)),
        (bearer(&token_builder().issued_at(1_000_000_000)), "expired", None),
    ] {
        authenticate(&authenticator, &field);
        assert_eq!(events.lock().unwrap().pop(), Some((reason, key_id.map(str::to_owned))), "{field}");
    }
    authenticate(&authenticator, &bearer(&forged().header("kid", "k".repeat(1000))));
    assert_eq!(events.lock().unwrap().pop(), Some(("invalid_signature", Some("k".repeat(64)))));
    assert!(events.lock().unwrap().is_empty(), "each rejection is reported once");
}

#[test]
fn accepted_request_is_not_reported() {
    let (authenticator, events) = authenticator();
    authenticate(&authenticator, &format!("Bearer {}", test_util::access_token("ann")));
    assert!(events.lock().unwrap().is_empty());
}

#[test]
fn request_without_credentials_is_no_rejection_where_the_user_is_optional() {
    let (authenticator, events) = authenticator();
    let future = pin!(authenticator.authenticate_optional::<()>([]));
    let Poll::Ready(result) = future.poll(&mut Context::from_waker(Waker::noop())) else { unreachable!("no fetch") };
    assert_eq!(result.unwrap(), None);
    assert!(events.lock().unwrap().is_empty());
}

#[test]
fn rejection_log_has_the_rule_and_no_part_of_the_token_but_the_key_id() {
    let token = TokenBuilder::for_user("ann").secret("another secret").header("kid", "key-1").sign();
    let (authenticator, _) = authenticator();
    let log = capture_log(|| authenticate(&authenticator, &format!("Bearer {token}")));
    for text in ["DEBUG", "auth_core", r#"reason="invalid_signature""#, r#"key_id="key-1""#] {
        assert!(log.contains(text), "{text} in {log}");
    }
    for segment in token.split('.') {
        assert!(!log.contains(segment), "{log}");
    }
}
