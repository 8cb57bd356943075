//! An actix-web service that knows its caller.
//!
//! ```sh
//! BETTER_AUTH_SECRET=… cargo run -p auth-core --example actix --features actix
//! curl -i http://127.0.0.1:3002/me -H "Authorization: Bearer $TOKEN"
//! ```

use std::error::Error;

use actix_web::web::{self, Json, ServiceConfig};
use actix_web::{App, HttpServer};
use auth_core::adapters::{Authenticator, actix::Authenticated};
use auth_core::{AuthenticatedUser, Keys, SharedSecret, Validation, Verifier};

/// Taking the user as a parameter is what closes a handler.
async fn me(user: AuthenticatedUser) -> String {
    user.user_id().to_owned()
}

/// Nobody's body is read before it is known who sent it.
async fn greet(Authenticated(user, Json(greeting)): Authenticated<Json<String>>) -> String {
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
    let authenticator = Authenticator::new(Verifier::new(Keys::from(secret), Validation::new()), "example");
    let server = HttpServer::new(move || App::new().configure(app(authenticator.clone())));
    Ok(server.bind(("127.0.0.1", 3002))?.run().await?)
}
