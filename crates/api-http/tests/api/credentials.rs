use actix_web::test::TestRequest;
use auth_core::test_util::{self, TokenBuilder};

use crate::support::{TestApi, api, bearer};

async fn asked_with(api: &TestApi, credential: &str) -> (u16, String, String) {
    let request = TestRequest::get().uri("/api/ann/tasks").insert_header(("Authorization", credential));
    let answer = api.send(request).await;
    let (status, code) = answer.problem();
    (status, code, answer.header("www-authenticate").unwrap().to_owned())
}

#[actix_web::test]
async fn without_a_credential_the_challenge_has_no_error_code() {
    let api = api().await;
    let answer = api.send(TestRequest::get().uri("/api/ann/tasks")).await;
    assert_eq!(answer.problem(), (401, "missing_token".to_owned()));
    assert_eq!(answer.header("www-authenticate"), Some(r#"Bearer realm="todo""#));
    for other in ["", "Basic YTpi", &test_util::access_token("ann")] {
        let (status, code, challenge) = asked_with(&api, other).await;
        assert_eq!(
            (status, code.as_str(), challenge.as_str()),
            (401, "missing_token", r#"Bearer realm="todo""#),
            "{other}"
        );
    }
}

#[actix_web::test]
async fn a_refused_token_learns_no_more_than_whether_it_expired() {
    let api = api().await;
    let expired = TokenBuilder::for_user("ann").issued_at(1_000_000_000).sign();
    let (status, code, challenge) = asked_with(&api, &format!("Bearer {expired}")).await;
    assert_eq!((status, code.as_str()), (401, "token_expired"));
    assert_eq!(
        challenge,
        r#"Bearer realm="todo", error="invalid_token", error_description="The access token expired""#
    );

    let forged = TokenBuilder::for_user("ann").secret("another secret of 32 bytes or more").sign();
    let no_subject = TokenBuilder::for_user("ann").without_claim("sub").sign();
    for bad in ["x.y.z", "opaque", &forged, &no_subject] {
        let (status, code, challenge) = asked_with(&api, &format!("Bearer {bad}")).await;
        assert_eq!((status, code.as_str()), (401, "invalid_token"));
        assert_eq!(
            challenge,
            r#"Bearer realm="todo", error="invalid_token", error_description="The access token is invalid""#
        );
    }
}

#[actix_web::test]
async fn two_credentials_are_a_bad_request() {
    let api = api().await;
    let request = TestRequest::get()
        .uri("/api/ann/tasks")
        .insert_header(bearer("ann"))
        .append_header(("Authorization", "Basic YTpi"));
    let answer = api.send(request).await;
    assert_eq!(answer.problem(), (400, "invalid_request".to_owned()));
    assert!(answer.header("www-authenticate").unwrap().contains(r#"error="invalid_request""#));
}

#[actix_web::test]
async fn a_token_is_read_from_the_header_only() {
    let api = api().await;
    let token = test_util::access_token("ann");
    let in_query = TestRequest::get().uri(&format!("/api/ann/tasks?access_token={token}"));
    assert_eq!(api.send(in_query).await.status, 401);
    let in_cookie = TestRequest::get().uri("/api/ann/tasks").insert_header(("Cookie", format!("token={token}")));
    assert_eq!(api.send(in_cookie).await.status, 401);
}

#[actix_web::test]
async fn the_path_is_decoded_once_and_compared_byte_for_byte() {
    let api = api().await;
    for (user, path, status) in [
        ("ann", "/api/%61nn/tasks", 200),
        ("ann", "/api/%2561nn/tasks", 403),
        ("ann", "/api/Ann/tasks", 403),
        ("ann", "/api/ann%20/tasks", 403),
        ("ann", "/api/ann%00/tasks", 403),
        ("ann", "/api/ann;x/tasks", 403),
        ("ann", "/api/%ff/tasks", 403),
        ("ann", "/api/%/tasks", 403),
        ("auth0|1/2", "/api/auth0%7C1%2F2/tasks", 200),
        ("å b", "/api/%C3%A5%20b/tasks", 200),
        ("a%6en", "/api/a%256en/tasks", 200),
        ("a%6en", "/api/ann/tasks", 403),
    ] {
        assert_eq!(api.get(user, path).await.status, status, "{user} {path}");
    }
}

#[actix_web::test]
async fn who_is_asking_comes_before_what_is_asked() {
    let api = api().await;
    for (method, path) in [
        ("POST", "/api/ann/tasks"),
        ("PUT", "/api/ann/tasks/x"),
        ("PATCH", "/api/ann/tasks/0/complete"),
        ("GET", "/api/ann/tasks?limit=0"),
    ] {
        let bad = || {
            TestRequest::with_uri(path)
                .method(method.parse().unwrap())
                .set_payload("{")
                .insert_header(("If-Match", "x"))
        };
        assert_eq!(api.send(bad()).await.status, 401, "{method} {path}");
        assert_eq!(api.send_as("bob", bad()).await.status, 403, "{method} {path}");
        assert!([400, 415].contains(&api.send_as("ann", bad()).await.status.as_u16()), "{method} {path}");
    }
}
