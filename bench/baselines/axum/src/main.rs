//! The same four routes on the same table, the way somebody who knows Rust would write them with the usual crates: axum,
//! jsonwebtoken's `decode`, sqlx with `FromRow`, serde. Nothing is left out that a user of it would keep, and nothing is
//! tuned beyond the pool.

mod auth;
mod error;
mod task;

use std::{env, time::Duration};

use axum::{
    Router,
    routing::{get, patch},
};
use sqlx::{PgPool, postgres::PgPoolOptions};

use crate::auth::TokenRules;

#[derive(Clone)]
struct AppState {
    pool: PgPool,
    rules: TokenRules,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let pool = PgPoolOptions::new()
        .max_connections(setting("POOL")?.parse()?)
        // A ping before each use would double the time of a small read.
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(5))
        .connect(&setting("DATABASE_URL")?)
        .await?;
    let rules = TokenRules::new(&setting("SECRET")?, &setting("ISSUER")?, &setting("AUDIENCE")?);
    let app = Router::new()
        .route("/api/{user_id}/tasks", get(task::list).post(task::create))
        .route("/api/{user_id}/tasks/{id}", get(task::show))
        .route("/api/{user_id}/tasks/{id}/complete", patch(task::complete))
        .with_state(AppState { pool, rules });
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", setting("PORT")?.parse::<u16>()?)).await?;
    axum::serve(listener, app).await?;
    Ok(())
}

fn setting(name: &str) -> Result<String, String> {
    env::var(name).map_err(|_| format!("{name} is not set"))
}
