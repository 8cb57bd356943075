//! The extractor for axum, and the layer around a router of it.

use auth_core::AuthenticatedUser;
use auth_core::adapters::tower::AuthenticateLayer;
use axum::routing::get;
use axum::{Extension, Router};
use tokio::net::TcpListener;

use crate::axum_example;
use crate::client::Client;
use crate::support::{authenticator, knows_its_caller, says_what_would_help};

async fn serve(app: Router) -> Client {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async { axum::serve(listener, app).await });
    Client(address)
}

#[tokio::test]
async fn the_axum_example_knows_its_caller() {
    knows_its_caller(serve(axum_example::app(authenticator())).await, true).await;
}

#[tokio::test]
async fn the_axum_example_says_what_would_help() {
    says_what_would_help(async |authenticator| serve(axum_example::app(authenticator)).await).await;
}

#[tokio::test]
async fn an_axum_router_behind_the_layer_knows_its_caller() {
    async fn me(Extension(user): Extension<AuthenticatedUser>) -> String {
        user.user_id().to_owned()
    }
    let app = Router::new().route("/me", get(me)).layer(AuthenticateLayer::new(authenticator()));
    knows_its_caller(serve(app).await, false).await;
}
