//! Whatever somebody signs who holds the secret: no panic, and whoever is let in is who the payload says, word for word.

#![no_main]

use std::{
    pin::pin,
    sync::LazyLock,
    task::{Context, Poll, Waker},
};

use auth_core::{
    Verifier,
    test_util::{self, TokenBuilder},
};
use libfuzzer_sys::fuzz_target;

static VERIFIER: LazyLock<Verifier> = LazyLock::new(test_util::verifier);

// Members of the header and of the claims, after those that make a token good; the space ends the number.
fuzz_target!(|members: (&str, &str)| {
    let (header, claims) = members;
    let token = TokenBuilder::for_user("ann")
        .raw_header(format!(r#"{{"alg":"HS256"{header}}}"#))
        .raw_payload(format!(r#"{{"sub":"ann","exp":253402300799 {claims}}}"#))
        .sign();
    let mut context = Context::from_waker(Waker::noop());
    match pin!(VERIFIER.verify(&token)).poll(&mut context) {
        Poll::Ready(Ok(user)) => assert_eq!((user.user_id(), user.expires_at()), ("ann", 253_402_300_799)),
        Poll::Ready(Err(_)) => {}
        Poll::Pending => unreachable!("a shared secret needs no waiting"),
    }
});
