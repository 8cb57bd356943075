//! Each adapter reports a rejected request once, with the rule and the key id.

use std::sync::{Arc, Mutex};

use actix_web::middleware::from_fn;
use actix_web::web::{self, Json};
use actix_web::{App, HttpServer};
use auth_core::adapters::{AccessPolicy, Authenticator, actix, axum as axum_adapter, tower::AuthenticateLayer};
use auth_core::test_util::{self, TokenBuilder};
use auth_core::{AuthenticatedUser, bearer::BearerError};
use axum::Router;
use axum::routing::get;

use crate::axum::serve as serve_axum;
use crate::client::Client;

struct AnyTask;

impl AccessPolicy for AnyTask {
    type Claims = ();
}

type Events = Arc<Mutex<Vec<(BearerError, Option<String>)>>>;

fn authenticator() -> (Authenticator, Events) {
    let events = Events::default();
    let recorded = Arc::clone(&events);
    let authenticator = Authenticator::new(test_util::verifier(), "example").on_rejection(move |rejection| {
        recorded.lock().unwrap().push((rejection.error.clone(), rejection.key_id.clone()));
    });
    (authenticator, events)
}

async fn assert_reports_rejections(client: Client, events: &Events, paths: &[&str]) {
    let forged = TokenBuilder::for_user("ann").secret("another secret").header("kid", "key-1").sign();
    for path in paths {
        let response = client.get(path, &[format!("Authorization: Bearer {forged}")]).await;
        assert_eq!(response.status, 401, "{path}");
        let events = std::mem::take(&mut *events.lock().unwrap());
        let reported: Vec<_> = events.iter().map(|(error, key_id)| (error.reason(), key_id.as_deref())).collect();
        assert_eq!(reported, [("invalid_signature", Some("key-1"))], "{path}");
    }
}

#[tokio::test]
async fn axum_extractors_and_layer_report_each_rejection_once() {
    async fn user(_: AuthenticatedUser) {}
    async fn authorized(_: axum_adapter::Authorized<AnyTask>) {}
    async fn optional(_: Option<AuthenticatedUser>) {}
    async fn layer() {}
    let (authenticator, events) = authenticator();
    let layered = get(layer).layer(AuthenticateLayer::new(authenticator.clone()));
    let app = Router::new()
        .route("/user", get(user))
        .route("/authorized", get(authorized))
        .route("/optional", get(optional))
        .route("/layer", layered)
        .with_state(authenticator);
    let client = serve_axum(app).await;
    assert_reports_rejections(client, &events, &["/user", "/authorized", "/optional", "/layer"]).await;
}

#[tokio::test]
async fn actix_extractors_and_middleware_report_each_rejection_once() {
    async fn user(_: AuthenticatedUser) -> &'static str {
        ""
    }
    async fn with_input(_: actix::Authenticated<Json<String>>) -> &'static str {
        ""
    }
    async fn authorized(_: actix::Authorized<AnyTask>) -> &'static str {
        ""
    }
    async fn optional(_: actix::OptionalUser) -> &'static str {
        ""
    }
    let (authenticator, events) = authenticator();
    let server = HttpServer::new(move || {
        App::new()
            .app_data(authenticator.clone())
            .route("/user", web::get().to(user))
            .route("/with-input", web::get().to(with_input))
            .route("/authorized", web::get().to(authorized))
            .route("/optional", web::get().to(optional))
            .service(web::resource("/middleware").wrap(from_fn(actix::authorize::<AnyTask, _>)))
    });
    let server = server.workers(1).disable_signals().bind(("127.0.0.1", 0)).unwrap();
    let client = Client(server.addrs()[0]);
    tokio::spawn(server.run());
    let paths = ["/user", "/with-input", "/authorized", "/optional", "/middleware"];
    assert_reports_rejections(client, &events, &paths).await;
}
