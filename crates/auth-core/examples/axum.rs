//! An axum service that authenticates its callers.
//!
//! ```sh
//! BETTER_AUTH_SECRET=… cargo run -p auth-core --example axum --features axum
//! curl -i http://127.0.0.1:3001/me -H "Authorization: Bearer $TOKEN"
//! ```

use std::error::Error;

use auth_core::adapters::Authenticator;
use auth_core::{AuthenticatedUser, SharedSecret, Validation, Verifier};
use axum::{Router, routing::get};
use tokio::net::TcpListener;

/// The parameter makes the handler require a valid token.
async fn me(user: AuthenticatedUser) -> String {
    user.user_id().to_owned()
}

pub(crate) fn app(authenticator: Authenticator) -> Router {
    Router::new().route("/me", get(me)).with_state(authenticator)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret: SharedSecret = std::env::var("BETTER_AUTH_SECRET")?.parse()?;
    let verifier = Verifier::new(secret, Validation::new())?;
    let app = app(Authenticator::new(verifier, "example"));
    Ok(axum::serve(TcpListener::bind("127.0.0.1:3001").await?, app).await?)
}
