//! The extractor for axum, and the layer around a router of it.

use auth_core::AuthenticatedUser;
use auth_core::adapters::tower::AuthenticateLayer;
use axum::routing::get;
use axum::{Extension, Router};
use tokio::net::TcpListener;

use crate::axum_example;
use crate::client::Client;
use crate::support::{assert_authenticates_callers, assert_reports_scope_and_keys, authenticator};

pub(crate) async fn serve(app: Router) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    Client(address)
}

#[tokio::test]
async fn axum_example_authenticates_its_callers() {
    assert_authenticates_callers(serve(axum_example::app(authenticator())).await, true).await;
}

#[tokio::test]
async fn axum_example_reports_missing_scope_and_missing_keys() {
    assert_reports_scope_and_keys(async |authenticator| serve(axum_example::app(authenticator)).await).await;
}

#[tokio::test]
async fn axum_router_inside_the_layer_authenticates_its_callers() {
    async fn me(Extension(user): Extension<AuthenticatedUser>) -> String {
        user.user_id().to_owned()
    }
    let app = Router::new().route("/me", get(me)).layer(AuthenticateLayer::new(authenticator()));
    assert_authenticates_callers(serve(app).await, false).await;
}
