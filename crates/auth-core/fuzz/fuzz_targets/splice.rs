//! Valid tokens of several keys, spliced with each other and with arbitrary text: no panic, and no new valid token.

#![no_main]

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::test_util::{self, TestIssuer};
use auth_core::{Algorithm, VerificationKeys, Verifier};
use libfuzzer_sys::fuzz_target;

static VERIFIER_AND_TOKENS: LazyLock<(Verifier, Vec<String>)> = LazyLock::new(|| {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    issuer.rotate(Algorithm::Es256);
    issuer.rotate(Algorithm::Es512);
    let mut tokens: Vec<_> = issuer.keys().iter().map(|key| issuer.access_token("ann").key(key).sign()).collect();
    tokens.push(issuer.access_token("ann").secret(test_util::SECRET).header("alg", "HS256").sign());
    let keys = VerificationKeys::from(issuer.jwk_set().with_signature_cache(16)).with_secrets(test_util::secret());
    (Verifier::new(keys, issuer.validation()).unwrap(), tokens)
});

/// A start of one token, a text, and the end of another token. Indexes are taken modulo the lengths.
type Splice<'t> = ((u8, u16), &'t str, (u8, u16));

fuzz_target!(|splice: Splice<'_>| {
    let ((first, end), text, (second, start)) = splice;
    let (verifier, tokens) = &*VERIFIER_AND_TOKENS;
    let (first, second) = (&tokens[usize::from(first) % tokens.len()], &tokens[usize::from(second) % tokens.len()]);
    let (end, start) = (usize::from(end) % (first.len() + 1), usize::from(start) % (second.len() + 1));
    let spliced = format!("{}{text}{}", &first[..end], &second[start..]);
    match pin!(verifier.verify(&spliced)).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => assert!(result.is_err() || tokens.contains(&spliced), "{spliced}"),
        Poll::Pending => unreachable!("the keys are available"),
    }
});
