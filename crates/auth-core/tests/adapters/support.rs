//! What all of these services are given, and asked.

use auth_core::adapters::Authenticator;
use auth_core::test_util::{self, TestIssuer, TokenBuilder};
use std::pin::Pin;

use auth_core::{Algorithm, FetchError, JwkSetFetcher, RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier};

use crate::client::{Answer, Client};

/// A verifier for the test_util's tokens, in the realm `example`.
pub(crate) fn authenticator() -> Authenticator {
    Authenticator::new(test_util::verifier(), "example")
}

/// One that wants a scope which the test_util's tokens do not have.
pub(crate) fn authenticator_for_writers() -> Authenticator {
    let validation = Validation::new().require_scope("tasks:write");
    Authenticator::new(Verifier::new(test_util::secret(), validation).unwrap(), "example")
}

/// One whose issuer does not answer, and a token of that issuer.
pub(crate) fn authenticator_without_keys() -> (Authenticator, String) {
    struct Unreachable;
    impl JwkSetFetcher for Unreachable {
        fn fetch<'f>(&'f self, _: &'f str) -> Pin<Box<dyn Future<Output = Result<Vec<u8>, FetchError>> + Send + 'f>> {
            Box::pin(async { Err(FetchError::Connection) })
        }
    }
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let keys =
        RemoteJwkSet::with_fetcher("https://issuer.example/jwks", RemoteJwkSetOptions::new(), Unreachable).unwrap();
    let verifier = Verifier::new(keys, issuer.validation()).unwrap();
    (Authenticator::new(verifier, "example"), issuer.access_token("ann").sign())
}

/// Ann's token of the year 2001.
pub(crate) fn expired() -> String {
    TokenBuilder::for_user("ann").issued_at(1_000_000_000).sign()
}

pub(crate) const NO_CREDENTIAL: &str = r#"Bearer realm="example""#;
pub(crate) const SEVERAL: &str = r#"Bearer realm="example", error="invalid_request""#;
pub(crate) const EXPIRED: &str =
    r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#;
pub(crate) const INVALID: &str =
    r#"Bearer realm="example", error="invalid_token", error_description="The access token is invalid""#;

pub(crate) const SCOPE: &str = r#"Bearer realm="example", error="insufficient_scope""#;

/// Every way to bring no good token, with what is sent and what has to come back.
pub(crate) fn refused() -> Vec<(Vec<String>, u16, &'static str)> {
    let authorization = |value: &str| format!("Authorization: {value}");
    let good = || authorization(&format!("Bearer {}", test_util::access_token("ann")));
    let forged = TokenBuilder::for_user("ann").secret("another secret").sign();
    vec![
        (vec![], 401, NO_CREDENTIAL),
        (vec![authorization("Basic YW5uOmFubg==")], 401, NO_CREDENTIAL),
        (
            vec![format!("Cookie: better-auth.session_token={0}; token={0}", test_util::access_token("ann"))],
            401,
            NO_CREDENTIAL,
        ),
        (vec![format!("X-Authorization: Bearer {}", test_util::access_token("ann"))], 401, NO_CREDENTIAL),
        (vec![authorization(&format!("Bearer {}", expired()))], 401, EXPIRED),
        (vec![authorization(&format!("Bearer {forged}"))], 401, INVALID),
        (vec![authorization("Bearer")], 401, INVALID),
        (vec![authorization("Bearer not-a-token")], 401, INVALID),
        (vec![good(), good()], 400, SEVERAL),
        (vec![good(), authorization("Bearer not-a-token")], 400, SEVERAL),
    ]
}

/// Asks a service for `GET /me` in every way there is. Refusals have a body where `has_problem` says so.
pub(crate) async fn knows_its_caller(client: Client, has_problem: bool) {
    let token = test_util::access_token("ann");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let Answer { status, body, .. } = client.get("/me", &[format!("Authorization: {scheme} {token}")]).await;
        assert_eq!((status, &*body), (200, "ann"), "{scheme}");
    }

    for (fields, status, challenge) in refused() {
        let answer = client.get("/me", &fields).await;
        assert_eq!(answer.status, status, "{fields:?}");
        assert_eq!(answer.field("www-authenticate"), [challenge], "{fields:?}");
        let title = if status == 400 { "Bad Request" } else { "Unauthorized" };
        let problem = format!(r#"{{"title":"{title}","status":{status}}}"#);
        if has_problem {
            assert_eq!(answer.field("content-type"), ["application/problem+json"], "{fields:?}");
            assert_eq!(answer.body, problem, "{fields:?}");
        } else {
            assert_eq!((answer.field("content-length"), &*answer.body), (vec!["0"], ""), "{fields:?}");
        }
    }

    let in_the_query = client.get(&format!("/me?access_token={token}&token={token}"), &[]).await;
    assert_eq!((in_the_query.status, in_the_query.field("www-authenticate")), (401, vec![NO_CREDENTIAL]));

    // Whatever came before, a good token is good.
    assert_eq!(client.get("/me", &[format!("Authorization: Bearer {token}")]).await.body, "ann");
}

/// Asks services that lack a scope and the issuer's keys.
pub(crate) async fn says_what_would_help(serve: impl AsyncFn(Authenticator) -> Client) {
    let client = serve(authenticator_for_writers()).await;
    let answer = client.get("/me", &[format!("Authorization: Bearer {}", test_util::access_token("ann"))]).await;
    assert_eq!((answer.status, answer.field("www-authenticate")), (403, vec![SCOPE]));

    let (authenticator, token) = authenticator_without_keys();
    let answer = serve(authenticator).await.get("/me", &[format!("Authorization: Bearer {token}")]).await;
    assert_eq!((answer.status, answer.field("www-authenticate")), (503, vec![]));
    assert_eq!(answer.field("retry-after"), ["10"]);
}
