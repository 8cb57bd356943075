//! Authenticators, requests and expected responses of all services.

use auth_core::adapters::Authenticator;
use auth_core::test_util::{self, TestIssuer, TokenBuilder};

use auth_core::{
    Algorithm, DocumentFetcher, FetchError, FetchFuture, FetchRequest, RemoteJwkSet, RemoteJwkSetOptions, Validation,
    Verifier,
};

use crate::client::{Client, HttpResponse};

/// Accepts the tokens of `test_util`, in the realm `example`.
pub(crate) fn authenticator() -> Authenticator {
    Authenticator::new(test_util::verifier(), "example")
}

/// Requires a scope that the tokens of `test_util` do not have.
pub(crate) fn authenticator_with_scope() -> Authenticator {
    let validation = Validation::new().require_scope("tasks:write");
    Authenticator::new(Verifier::new(test_util::secret(), validation).unwrap(), "example")
}

/// An authenticator whose issuer cannot be reached, and a token of that issuer.
pub(crate) fn authenticator_without_keys() -> (Authenticator, String) {
    struct Unreachable;
    impl DocumentFetcher for Unreachable {
        fn fetch<'f>(&'f self, _: FetchRequest<'f>) -> FetchFuture<'f> {
            Box::pin(async { Err(FetchError::Connection) })
        }
    }
    let issuer = TestIssuer::new(Algorithm::EdDsa);
    let keys =
        RemoteJwkSet::with_fetcher("https://issuer.example/jwks", RemoteJwkSetOptions::new(), Unreachable).unwrap();
    let verifier = Verifier::new(keys, issuer.validation()).unwrap();
    (Authenticator::new(verifier, "example"), issuer.access_token("ann").sign())
}

/// A token of the year 2001.
pub(crate) fn expired_token() -> String {
    TokenBuilder::for_user("ann").issued_at(1_000_000_000).sign()
}

pub(crate) const NO_CREDENTIALS: &str = r#"Bearer realm="example""#;
pub(crate) const MULTIPLE: &str = r#"Bearer realm="example", error="invalid_request""#;
pub(crate) const EXPIRED: &str =
    r#"Bearer realm="example", error="invalid_token", error_description="The access token expired""#;
pub(crate) const INVALID: &str =
    r#"Bearer realm="example", error="invalid_token", error_description="The access token is invalid""#;

pub(crate) const SCOPE: &str = r#"Bearer realm="example", error="insufficient_scope", scope="tasks:write""#;

/// Header fields of requests without a valid token, with the expected status and challenge.
pub(crate) fn rejected_requests() -> Vec<(Vec<String>, u16, &'static str)> {
    let authorization = |value: &str| format!("Authorization: {value}");
    let valid = || authorization(&format!("Bearer {}", test_util::access_token("ann")));
    let forged = TokenBuilder::for_user("ann").secret("another secret").sign();
    vec![
        (vec![], 401, NO_CREDENTIALS),
        (vec![authorization("Basic YW5uOmFubg==")], 401, NO_CREDENTIALS),
        (
            vec![format!("Cookie: better-auth.session_token={0}; token={0}", test_util::access_token("ann"))],
            401,
            NO_CREDENTIALS,
        ),
        (vec![format!("X-Authorization: Bearer {}", test_util::access_token("ann"))], 401, NO_CREDENTIALS),
        (vec![authorization(&format!("Bearer {}", expired_token()))], 401, EXPIRED),
        (vec![authorization(&format!("Bearer {forged}"))], 401, INVALID),
        (vec![authorization("Bearer")], 401, INVALID),
        (vec![authorization("Bearer not-a-token")], 401, INVALID),
        (vec![valid(), valid()], 400, MULTIPLE),
        (vec![valid(), authorization("Bearer not-a-token")], 400, MULTIPLE),
    ]
}

/// Sends `GET /me` with and without valid tokens. `has_problem_body` is whether a rejection has a body.
pub(crate) async fn assert_authenticates_callers(client: Client, has_problem_body: bool) {
    let token = test_util::access_token("ann");
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let HttpResponse { status, body, .. } = client.get("/me", &[format!("Authorization: {scheme} {token}")]).await;
        assert_eq!((status, &*body), (200, "ann"), "{scheme}");
    }

    for (fields, status, challenge) in rejected_requests() {
        let response = client.get("/me", &fields).await;
        assert_eq!(response.status, status, "{fields:?}");
        assert_eq!(response.field("www-authenticate"), [challenge], "{fields:?}");
        let title = if status == 400 { "Bad Request" } else { "Unauthorized" };
        let problem = format!(r#"{{"title":"{title}","status":{status}}}"#);
        if has_problem_body {
            assert_eq!(response.field("content-type"), ["application/problem+json"], "{fields:?}");
            assert_eq!(response.body, problem, "{fields:?}");
        } else {
            assert_eq!((response.field("content-length"), &*response.body), (vec!["0"], ""), "{fields:?}");
        }
    }

    let token_in_query = client.get(&format!("/me?access_token={token}&token={token}"), &[]).await;
    assert_eq!((token_in_query.status, token_in_query.field("www-authenticate")), (401, vec![NO_CREDENTIALS]));

    // A valid token is still accepted.
    assert_eq!(client.get("/me", &[format!("Authorization: Bearer {token}")]).await.body, "ann");
}

/// Requires 403 for a missing scope and 503 for missing keys.
pub(crate) async fn assert_reports_scope_and_keys(serve: impl AsyncFn(Authenticator) -> Client) {
    let client = serve(authenticator_with_scope()).await;
    let response = client.get("/me", &[format!("Authorization: Bearer {}", test_util::access_token("ann"))]).await;
    assert_eq!((response.status, response.field("www-authenticate")), (403, vec![SCOPE]));

    let (authenticator, token) = authenticator_without_keys();
    let response = serve(authenticator).await.get("/me", &[format!("Authorization: Bearer {token}")]).await;
    assert_eq!((response.status, response.field("www-authenticate")), (503, vec![]));
    assert_eq!(response.field("retry-after"), ["5"]);
}
