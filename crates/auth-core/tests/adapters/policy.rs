//! The policy of a route, typed claims and optional users, in each framework.

use actix_web::middleware::from_fn;
use actix_web::web::{self, ReqData};
use actix_web::{App, HttpServer};
use auth_core::adapters::{AccessPolicy, Authenticator, actix, axum as axum_adapter, tower::AuthenticateLayer};
use auth_core::test_util::{self, TokenBuilder};
use auth_core::{AuthenticatedUser, Clock, bearer::BearerError};
use axum::routing::get;
use axum::{Extension, Router};
use serde::Deserialize;
use serde_json::json;

use crate::axum::serve as serve_axum;
use crate::client::Client;
use crate::support::{EXPIRED, INVALID, MULTIPLE, NO_CREDENTIALS, expired_token};

const NOW: u64 = 1_800_000_000;

#[derive(Clone, Debug, Deserialize)]
struct TeamClaims {
    role: String,
}

struct DeleteTeam;

impl AccessPolicy for DeleteTeam {
    type Claims = TeamClaims;
    const SCOPES: &'static [&'static str] = &["teams:read", "teams:write"];
    const ACR_VALUES: &'static [&'static str] = &["urn:mfa", "urn:passkey"];
    const MAX_AUTHENTICATION_AGE_SECONDS: Option<u32> = Some(600);

    fn allows_claims(claims: &TeamClaims) -> bool {
        claims.role == "admin"
    }
}

fn authenticator() -> Authenticator {
    Authenticator::new(test_util::verifier().with_clock(Clock::fixed(NOW).0), "example")
}

fn good() -> TokenBuilder {
    TokenBuilder::for_user("ann")
        .issued_at(NOW)
        .claim("role", "admin")
        .claim("acr", "urn:passkey")
        .claim("auth_time", NOW - 600)
}

const CLAIMS: &str = r#"Bearer realm="example", error="insufficient_scope""#;
const SCOPES: &str = r#"Bearer realm="example", error="insufficient_scope", scope="teams:read teams:write""#;
const ACR: &str = r#"Bearer realm="example", error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="urn:mfa urn:passkey""#;
const AGE: &str = r#"Bearer realm="example", error="insufficient_user_authentication", error_description="A more recent authentication is required", max_age="600""#;
const ACR_AND_AGE: &str = r#"Bearer realm="example", error="insufficient_user_authentication", error_description="A different authentication level is required", acr_values="urn:mfa urn:passkey", max_age="600""#;

/// Tokens that do not meet the policy, with the expected status and challenge.
fn refused() -> Vec<(TokenBuilder, u16, &'static str)> {
    vec![
        (good().claim("scope", "teams:read"), 403, SCOPES),
        (good().claim("scope", "teams:readteams:write"), 403, SCOPES),
        (good().claim("client_id", "calendar"), 403, SCOPES),
        (good().claim("role", "member"), 403, CLAIMS),
        (good().claim("role", "member").claim("scope", ""), 403, SCOPES),
        (good().claim("role", "member").claim("acr", "0"), 403, CLAIMS),
        (good().without_claim("role"), 401, INVALID),
        (good().claim("role", 1), 401, INVALID),
        (good().without_claim("acr"), 401, ACR),
        (good().claim("acr", "urn:mf"), 401, ACR),
        (good().claim("acr", json!(["urn:mfa"])), 401, ACR),
        (good().claim("auth_time", NOW - 601), 401, AGE),
        (good().without_claim("auth_time"), 401, AGE),
        (good().claim("auth_time", NOW.to_string()), 401, AGE),
        (good().claim("acr", "0").claim("auth_time", 0), 401, ACR_AND_AGE),
    ]
}

async fn assert_enforces_the_policy(client: Client) {
    let accepted = [good(), good().claim("acr", "urn:mfa"), good().claim("scope", "x teams:write teams:read")];
    for token in accepted {
        let response = client.get("/team", &[format!("Authorization: Bearer {}", token.sign())]).await;
        assert_eq!((response.status, &*response.body), (200, "ann, admin"), "{token:?}");
    }
    for (token, status, challenge) in refused() {
        let response = client.get("/team", &[format!("Authorization: Bearer {}", token.sign())]).await;
        assert_eq!((response.status, response.field("www-authenticate")), (status, vec![challenge]), "{token:?}");
    }
    let response = client.get("/team", &[]).await;
    assert_eq!((response.status, response.field("www-authenticate")), (401, vec![NO_CREDENTIALS]));
}

async fn assert_serves_users_and_guests(client: Client) {
    let authorization = |token: String| format!("Authorization: Bearer {token}");
    for (fields, body) in [
        (vec![], "guest"),
        (vec!["Authorization: Basic YW5uOmFubg==".to_owned()], "guest"),
        (vec![authorization(good().sign())], "ann"),
    ] {
        let response = client.get("/home", &fields).await;
        assert_eq!((response.status, &*response.body), (200, body), "{fields:?}");
    }
    for (fields, status, challenge) in [
        (vec![authorization(expired_token())], 401, EXPIRED),
        (vec![authorization("not-a-token".to_owned())], 401, INVALID),
        (vec![authorization(String::new())], 401, INVALID),
        (vec![authorization(good().sign()), authorization(good().sign())], 400, MULTIPLE),
    ] {
        let response = client.get("/home", &fields).await;
        assert_eq!((response.status, response.field("www-authenticate")), (status, vec![challenge]), "{fields:?}");
    }
}

fn describe(user: &AuthenticatedUser<TeamClaims>) -> String {
    format!("{}, {}", user.user_id(), user.claims().role)
}

fn describe_optional(user: Option<&AuthenticatedUser>) -> String {
    user.map_or("guest".to_owned(), |user| user.user_id().to_owned())
}

#[tokio::test]
async fn axum_extractor_enforces_the_policy() {
    async fn team(axum_adapter::Authorized(user): axum_adapter::Authorized<DeleteTeam>) -> String {
        describe(&user)
    }
    let app = Router::new().route("/team", get(team)).with_state(authenticator());
    assert_enforces_the_policy(serve_axum(app).await).await;
}

#[tokio::test]
async fn tower_layer_enforces_the_policy() {
    async fn team(Extension(user): Extension<AuthenticatedUser<TeamClaims>>) -> String {
        describe(&user)
    }
    let layer = AuthenticateLayer::new(authenticator()).requiring::<DeleteTeam>();
    assert_enforces_the_policy(serve_axum(Router::new().route("/team", get(team)).layer(layer)).await).await;
}

#[tokio::test]
async fn axum_optional_user_serves_users_and_guests() {
    async fn home(user: Option<AuthenticatedUser>) -> String {
        describe_optional(user.as_ref())
    }
    let app = Router::new().route("/home", get(home)).with_state(authenticator());
    assert_serves_users_and_guests(serve_axum(app).await).await;
}

#[tokio::test]
async fn axum_user_with_typed_claims_is_extracted() {
    async fn team(user: AuthenticatedUser<TeamClaims>) -> String {
        describe(&user)
    }
    let client = serve_axum(Router::new().route("/team", get(team)).with_state(authenticator())).await;
    let get =
        async |token: TokenBuilder| client.get("/team", &[format!("Authorization: Bearer {}", token.sign())]).await;
    assert_eq!(get(good()).await.body, "ann, admin");
    assert_eq!(get(good().without_claim("role")).await.status, 401);
}

fn serve_actix(configure: impl Fn(&mut web::ServiceConfig) + Clone + Send + 'static) -> Client {
    let server = HttpServer::new(move || App::new().app_data(authenticator()).configure(configure.clone()));
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    Client(address)
}

#[tokio::test]
async fn actix_extractor_enforces_the_policy() {
    async fn team(actix::Authorized(user): actix::Authorized<DeleteTeam>) -> String {
        describe(&user)
    }
    assert_enforces_the_policy(serve_actix(|app| _ = app.route("/team", web::get().to(team)))).await;
}

#[tokio::test]
async fn actix_middleware_enforces_the_policy() {
    async fn team(user: ReqData<AuthenticatedUser<TeamClaims>>) -> String {
        describe(&user)
    }
    let client = serve_actix(|app| {
        let resource = web::resource("/team").wrap(from_fn(actix::authorize::<DeleteTeam, _>)).get(team);
        app.service(resource);
    });
    assert_enforces_the_policy(client).await;
}

#[tokio::test]
async fn actix_optional_user_serves_users_and_guests() {
    async fn home(actix::OptionalUser(user): actix::OptionalUser) -> String {
        describe_optional(user.as_ref())
    }
    assert_serves_users_and_guests(serve_actix(|app| _ = app.route("/home", web::get().to(home)))).await;
}

#[tokio::test]
async fn claims_not_allowed_is_not_an_error_of_the_token() {
    let token = good().claim("role", "member").sign();
    let rejection = authenticator().authorize::<DeleteTeam>([format!("Bearer {token}").as_bytes()]).await.unwrap_err();
    assert_eq!(rejection.error(), &BearerError::ClaimsNotAllowed);
    assert_eq!(rejection.error().reason(), "claims_not_allowed");
}
