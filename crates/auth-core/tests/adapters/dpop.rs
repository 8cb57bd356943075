//! DPoP in each framework (RFC 9449).

use actix_web::middleware::from_fn;
use actix_web::web::{self, ReqData};
use actix_web::{App, HttpServer};
use auth_core::adapters::actix::{Authenticated, Authorized, OptionalUser, authorize};
use auth_core::adapters::tower::{AnyUser, AuthenticateLayer};
use auth_core::adapters::{Authenticator, OriginalPath, axum as axum_adapter};
use auth_core::dpop::{DpopNonces, DpopVerifier};
use auth_core::test_util::{self, SigningKey, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser};
use axum::extract::Request;
use axum::routing::get;
use axum::{Extension, Router, middleware};
use http::Response;
use tower_layer::Layer as _;
use tower_service::Service as _;

use crate::axum::serve as serve_axum;
use crate::client::Client;

const ORIGIN: &str = "https://api.example";

fn authenticator() -> Authenticator {
    let dpop = DpopVerifier::new(ORIGIN).unwrap().with_nonces(DpopNonces::from_key(&[7; 32]));
    Authenticator::new(test_util::verifier(), "example").with_dpop(dpop)
}

fn who(user: &AuthenticatedUser) -> String {
    format!("{}, {}", user.user_id(), if user.key_thumbprint().is_some() { "DPoP" } else { "Bearer" })
}

/// Sends requests with and without valid proofs to a service that answers at `path` with [`who`].
async fn assert_verifies_proofs(client: &Client, path: &str) {
    let key = SigningKey::generate(Algorithm::Es256, "client");
    let token = TokenBuilder::for_user("ann").bound_to(&key).sign();
    let authorization = format!("Authorization: DPoP {token}");
    let proof = |method: &str, nonce: &str| {
        let url = format!("{ORIGIN}{path}");
        format!("DPoP: {}", TokenBuilder::dpop_proof(&key, method, &url, &token).claim("nonce", nonce).sign())
    };
    let get = async |fields: &[String]| client.get(&format!("{path}?limit=1"), fields).await;

    let response = get(&[authorization.clone(), proof("GET", "unknown")]).await;
    let challenge = response.field("www-authenticate").concat();
    assert!(challenge.starts_with(r#"DPoP realm="example", error="use_dpop_nonce""#), "{path}: {challenge}");
    let nonce = response.field("dpop-nonce").concat();
    assert_eq!((response.status, nonce.len()), (401, 54), "{path}");

    let valid = proof("GET", &nonce);
    let response = get(&[authorization.clone(), valid.clone()]).await;
    assert_eq!((response.status, &*response.body), (200, "ann, DPoP"), "{path}");

    for fields in
        [vec![valid.clone()], vec![proof("POST", &nonce)], vec![], vec![proof("GET", &nonce), proof("GET", &nonce)]]
    {
        let response = get(&[vec![authorization.clone()], fields].concat()).await;
        let challenge = response.field("www-authenticate").concat();
        assert!(challenge.starts_with(r#"DPoP realm="example", error="invalid_dpop_proof""#), "{path}: {challenge}");
        assert_eq!((response.status, response.field("dpop-nonce").len()), (401, 0), "{path}");
    }
    let response = get(&[format!("Authorization: Bearer {token}"), proof("GET", &nonce)]).await;
    assert_eq!(response.status, 401, "{path}: RFC 9449 §7.2");

    let response = get(&[format!("Authorization: Bearer {}", test_util::access_token("ann"))]).await;
    assert_eq!((response.status, &*response.body), (200, "ann, Bearer"), "{path}");
}

#[tokio::test]
async fn actix_extractors_and_middleware_verify_proofs() {
    let server = HttpServer::new(|| {
        App::new()
            .app_data(authenticator())
            .route("/user", web::get().to(async |user: AuthenticatedUser| who(&user)))
            .route("/input", web::get().to(async |input: Authenticated<String>| who(&input.user)))
            .route("/policy", web::get().to(async |Authorized(user): Authorized<AnyUser>| who(&user)))
            .route("/optional", web::get().to(async |OptionalUser(user): OptionalUser| who(&user.unwrap())))
            .service(
                web::scope("/scope")
                    .wrap(from_fn(authorize::<AnyUser, _>))
                    .route("/user", web::get().to(async |user: ReqData<AuthenticatedUser>| who(&user))),
            )
    });
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let client = Client(server.addrs()[0]);
    tokio::spawn(server.run());
    for path in ["/user", "/input", "/policy", "/optional", "/scope/user"] {
        assert_verifies_proofs(&client, path).await;
    }
}

#[tokio::test]
async fn axum_extractors_and_layer_verify_proofs() {
    async fn record_path(mut request: Request) -> Request {
        let path = OriginalPath::new(request.uri().path());
        request.extensions_mut().insert(path);
        request
    }
    let user = get(async |user: AuthenticatedUser| who(&user));
    let layered = get(async |Extension(user): Extension<AuthenticatedUser>| who(&user));
    let app = Router::new()
        .route("/user", user.clone())
        .route("/policy", get(async |axum_adapter::Authorized(user): axum_adapter::Authorized<AnyUser>| who(&user)))
        .route("/optional", get(async |user: Option<AuthenticatedUser>| who(&user.unwrap())))
        .route("/layer", layered.layer(AuthenticateLayer::new(authenticator())))
        .nest("/nested", Router::new().route("/user", user))
        .layer(middleware::map_request(record_path))
        .with_state(authenticator());
    let client = serve_axum(app).await;
    for path in ["/user", "/policy", "/optional", "/layer", "/nested/user"] {
        assert_verifies_proofs(&client, path).await;
    }
}

#[tokio::test]
async fn proof_for_a_nested_route_without_the_original_path_is_rejected() {
    let user = get(async |user: AuthenticatedUser| who(&user));
    let app = Router::new().nest("/nested", Router::new().route("/user", user)).with_state(authenticator());
    let key = SigningKey::generate(Algorithm::Es256, "client");
    let token = TokenBuilder::for_user("ann").bound_to(&key).sign();
    let proof = TokenBuilder::dpop_proof(&key, "GET", "https://api.example/nested/user", &token).sign();
    let fields = [format!("Authorization: DPoP {token}"), format!("DPoP: {proof}")];
    let response = serve_axum(app).await.get("/nested/user", &fields).await;
    assert_eq!(response.status, 401);
    assert!(response.field("www-authenticate").concat().contains("invalid_dpop_proof"));
}

#[tokio::test]
async fn layer_verifies_proofs_of_grpc_requests() {
    let key = SigningKey::generate(Algorithm::EdDsa, "client");
    let token = TokenBuilder::for_user("ann").bound_to(&key).sign();
    let send = async |nonce: &str| {
        let url = format!("{ORIGIN}/example.Example/Me");
        let proof = TokenBuilder::dpop_proof(&key, "POST", &url, &token).claim("nonce", nonce).sign();
        let request = http::Request::post("http://10.0.0.1/example.Example/Me")
            .header("content-type", "application/grpc")
            .header("authorization", format!("DPoP {token}"))
            .header("dpop", proof)
            .body(())
            .unwrap();
        AuthenticateLayer::new(authenticator()).layer(Echo).call(request).await.unwrap()
    };
    let response = send("").await;
    assert_eq!((response.headers()["grpc-status"].to_str().unwrap(), response.body().as_str()), ("16", ""));
    let nonce = response.headers()["dpop-nonce"].to_str().unwrap().to_owned();
    assert_eq!(send(&nonce).await.body(), "ann, DPoP");
}

/// Responds with the user of the request.
#[derive(Clone)]
struct Echo;

impl tower_service::Service<http::Request<()>> for Echo {
    type Response = Response<String>;
    type Error = std::convert::Infallible;
    type Future = std::future::Ready<Result<Response<String>, Self::Error>>;

    fn poll_ready(&mut self, _: &mut std::task::Context<'_>) -> std::task::Poll<Result<(), Self::Error>> {
        std::task::Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<()>) -> Self::Future {
        let user = request.extensions().get::<AuthenticatedUser>().map(who);
        std::future::ready(Ok(Response::new(user.unwrap_or_default())))
    }
}
