use actix_web::test::TestRequest;
use auth_core::test_util::{self, TokenBuilder};

use crate::support::{TestApp, bearer};

async fn get_with_authorization(app: &TestApp, credential: &str) -> (u16, String, String) {
    let request = TestRequest::get().uri("/api/ann/tasks").insert_header(("Authorization", credential));
    let response = app.send(request).await;
    let (status, code) = response.problem();
    (status, code, response.header("www-authenticate").unwrap().to_owned())
}

#[actix_web::test]
async fn missing_credentials_get_a_challenge_without_error_code() {
    let app = TestApp::new().await;
    let response = app.send(TestRequest::get().uri("/api/ann/tasks")).await;
    assert_eq!(response.problem(), (401, "missing_token".to_owned()));
    assert_eq!(response.header("www-authenticate"), Some(r#"Bearer realm="todo""#));
    for other in ["", "Basic YTpi", &test_util::access_token("ann")] {
        let (status, code, challenge) = get_with_authorization(&app, other).await;
        assert_eq!(
            (status, code.as_str(), challenge.as_str()),
            (401, "missing_token", r#"Bearer realm="todo""#),
            "{other}"
        );
    }
}

#[actix_web::test]
async fn rejected_token_discloses_only_whether_it_expired() {
    let app = TestApp::new().await;
    let expired = TokenBuilder::for_user("ann").issued_at(1_000_000_000).sign();
    let (status, code, challenge) = get_with_authorization(&app, &format!("Bearer {expired}")).await;
    assert_eq!((status, code.as_str()), (401, "token_expired"));
    assert_eq!(
        challenge,
        r#"Bearer realm="todo", error="invalid_token", error_description="The access token expired""#
    );

    let forged = TokenBuilder::for_user("ann").secret("another secret of 32 bytes or more").sign();
    let no_subject = TokenBuilder::for_user("ann").without_claim("sub").sign();
    for bad in ["x.y.z", "opaque", &forged, &no_subject] {
        let (status, code, challenge) = get_with_authorization(&app, &format!("Bearer {bad}")).await;
        assert_eq!((status, code.as_str()), (401, "invalid_token"));
        assert_eq!(
            challenge,
            r#"Bearer realm="todo", error="invalid_token", error_description="The access token is invalid""#
        );
    }
}

#[actix_web::test]
async fn multiple_credentials_are_rejected() {
    let app = TestApp::new().await;
    let request = TestRequest::get()
        .uri("/api/ann/tasks")
        .insert_header(bearer("ann"))
        .append_header(("Authorization", "Basic YTpi"));
    let response = app.send(request).await;
    assert_eq!(response.problem(), (400, "invalid_request".to_owned()));
    assert!(response.header("www-authenticate").unwrap().contains(r#"error="invalid_request""#));
}

#[actix_web::test]
async fn token_outside_the_authorization_header_is_ignored() {
    let app = TestApp::new().await;
    let token = test_util::access_token("ann");
    let in_query = TestRequest::get().uri(&format!("/api/ann/tasks?access_token={token}"));
    assert_eq!(app.send(in_query).await.status, 401);
    let in_cookie = TestRequest::get().uri("/api/ann/tasks").insert_header(("Cookie", format!("token={token}")));
    assert_eq!(app.send(in_cookie).await.status, 401);
}

#[actix_web::test]
async fn user_id_in_path_is_decoded_once_and_compared_byte_for_byte() {
    let app = TestApp::new().await;
    for (user, path, status) in [
        ("ann", "/api/%61nn/tasks", 200),
        ("ann", "/api/%2561nn/tasks", 403),
        ("ann", "/api/Ann/tasks", 403),
        ("ann", "/api/ann%20/tasks", 403),
        ("ann", "/api/ann%00/tasks", 403),
        ("ann", "/api/ann;x/tasks", 403),
        ("ann", "/api/%%361nn/tasks", 403),
        ("ann", "/api/%ff/tasks", 403),
        ("ann", "/api/%/tasks", 403),
        ("auth0|1/2", "/api/auth0%7C1%2F2/tasks", 200),
        ("å b", "/api/%C3%A5%20b/tasks", 200),
        ("a+b", "/api/a+b/tasks", 200),
        ("a+b", "/api/a%2Bb/tasks", 200),
        ("a%6en", "/api/a%256en/tasks", 200),
        ("a%6en", "/api/ann/tasks", 403),
    ] {
        assert_eq!(app.get(user, path).await.status, status, "{user} {path}");
    }
}

#[actix_web::test]
async fn authorization_errors_precede_request_errors() {
    let app = TestApp::new().await;
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
        assert_eq!(app.send(bad()).await.status, 401, "{method} {path}");
        assert_eq!(app.send_as("bob", bad()).await.status, 403, "{method} {path}");
        assert!([400, 415].contains(&app.send_as("ann", bad()).await.status.as_u16()), "{method} {path}");
    }
}
