//! The extractors for actix-web.

use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpServer};
use auth_core::{AuthenticatedUser, test_util};

use crate::actix_example;
use crate::client::Client;
use crate::support::{NO_CREDENTIALS, assert_authenticates_callers, assert_reports_scope_and_keys, authenticator};

fn serve<F: FnOnce(&mut ServiceConfig)>(app: impl Fn() -> F + Clone + Send + 'static) -> Client {
    let server = HttpServer::new(move || App::new().configure(app())).workers(1).disable_signals();
    let server = server.bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    Client(address)
}

#[tokio::test]
async fn actix_example_authenticates_its_callers() {
    assert_authenticates_callers(serve(|| actix_example::app(authenticator())), true).await;
}

#[tokio::test]
async fn actix_example_reports_missing_scope_and_missing_keys() {
    assert_reports_scope_and_keys(async |authenticator| serve(move || actix_example::app(authenticator.clone()))).await;
}

#[tokio::test]
async fn authentication_precedes_body_parsing() {
    let client = serve(|| actix_example::app(authenticator()));
    let json = "Content-Type: application/json".to_owned();
    let ann = format!("Authorization: Bearer {}", test_util::access_token("ann"));
    let greet = |fields: Vec<String>, body: &'static str| {
        let client = &client;
        async move { client.send("POST", "/greet", &fields, body).await }
    };

    let response = greet(vec![json.clone(), ann.clone()], r#""Hello""#).await;
    assert_eq!((response.status, &*response.body), (200, "Hello, ann"));
    let response = greet(vec![json.clone(), ann], "no JSON").await;
    assert_eq!((response.status, response.field("www-authenticate")), (400, vec![]));
    let response = greet(vec![json], "no JSON").await;
    assert_eq!((response.status, response.field("www-authenticate")), (401, vec![NO_CREDENTIALS]));
}

async fn me(user: AuthenticatedUser) -> String {
    user.user_id().to_owned()
}

#[tokio::test]
async fn authenticator_in_web_data_is_found() {
    let client = serve(|| {
        |app: &mut ServiceConfig| {
            app.app_data(web::Data::new(authenticator())).route("/me", web::get().to(me));
        }
    });
    assert_authenticates_callers(client, true).await;
}

#[tokio::test]
async fn missing_authenticator_yields_500() {
    let client = serve(|| {
        |app: &mut ServiceConfig| {
            app.route("/me", web::get().to(me));
        }
    });
    let response = client.get("/me", &[format!("Authorization: Bearer {}", test_util::access_token("ann"))]).await;
    assert_eq!(response.status, 500);
}
