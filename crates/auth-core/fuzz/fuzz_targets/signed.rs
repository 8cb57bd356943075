//! Any contents, signed with the secret: no panic, and the user is the one of the payload.

#![no_main]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::Verifier;
use auth_core::test_util::{self, TokenBuilder};
use libfuzzer_sys::fuzz_target;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(test_util::verifier);

// Members of the header and of the claims, after the required ones. The space ends the number before them.
fuzz_target!(|members: (&str, &str)| {
    let (header, claims) = members;
    let token = TokenBuilder::for_user("ann")
        .raw_header(format!(r#"{{"alg":"HS256"{header}}}"#))
        .raw_payload(format!(r#"{{"sub":"ann","exp":253402300799 {claims}}}"#))
        .sign();
    match pin!(VERIFIER.verify(&token)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Ok(user)) => assert_eq!((user.user_id(), user.expires_at()), ("ann", 253_402_300_799)),
        Poll::Ready(Err(_)) => {}
        Poll::Pending => unreachable!("the keys are available"),
    }
});
