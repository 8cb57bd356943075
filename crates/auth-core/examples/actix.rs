//! An actix-web service that authenticates its callers.
//!
//! ```sh
//! BETTER_AUTH_SECRET=… cargo run -p auth-core --example actix --features actix
//! curl -i http://127.0.0.1:3002/me -H "Authorization: Bearer $TOKEN"
//! ```

use std::error::Error;

use actix_web::web::{self, Json, ServiceConfig};
use actix_web::{App, HttpServer};
use auth_core::adapters::{Authenticator, actix::Authenticated};
use auth_core::{AuthenticatedUser, SharedSecret, Validation, Verifier};

/// The parameter makes the handler require a valid token.
async fn me(user: AuthenticatedUser) -> String {
    user.user_id().to_owned()
}

/// The body is read after the authentication.
async fn greet(Authenticated { user, input: Json(greeting) }: Authenticated<Json<String>>) -> String {
    format!("{greeting}, {}", user.user_id())
}

pub(crate) fn app(authenticator: Authenticator) -> impl FnOnce(&mut ServiceConfig) {
    |app| {
        app.app_data(authenticator).route("/me", web::get().to(me)).route("/greet", web::post().to(greet));
    }
}

#[actix_web::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret: SharedSecret = std::env::var("BETTER_AUTH_SECRET")?.parse()?;
    let authenticator = Authenticator::new(Verifier::new(secret, Validation::new())?, "example");
    let server = HttpServer::new(move || App::new().configure(app(authenticator.clone())));
    Ok(server.bind(("127.0.0.1", 3002))?.run().await?)
}
