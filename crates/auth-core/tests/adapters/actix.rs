//! The extractors for actix-web.

use actix_web::web::{self, ServiceConfig};
use actix_web::{App, HttpServer};
use auth_core::{AuthenticatedUser, test_util};

use crate::actix_example;
use crate::client::Client;
use crate::support::{NO_CREDENTIAL, authenticator, knows_its_caller, says_what_would_help};

fn serve<F: FnOnce(&mut ServiceConfig)>(app: impl Fn() -> F + Clone + Send + 'static) -> Client {
    let server = HttpServer::new(move || App::new().configure(app())).workers(1).disable_signals();
    let server = server.bind(("127.0.0.1", 0)).unwrap();
    let address = server.addrs()[0];
    tokio::spawn(server.run());
    Client(address)
}

#[tokio::test]
async fn the_actix_example_knows_its_caller() {
    knows_its_caller(serve(|| actix_example::app(authenticator())), true).await;
}

#[tokio::test]
async fn the_actix_example_says_what_would_help() {
    says_what_would_help(async |authenticator| serve(move || actix_example::app(authenticator.clone()))).await;
}

#[tokio::test]
async fn nobodys_body_is_judged_before_its_sender_is_known() {
    let client = serve(|| actix_example::app(authenticator()));
    let json = "Content-Type: application/json".to_owned();
    let ann = format!("Authorization: Bearer {}", test_util::access_token("ann"));
    let greet = |fields: Vec<String>, body: &'static str| {
        let client = &client;
        async move { client.ask("POST", "/greet", &fields, body).await }
    };

    let answer = greet(vec![json.clone(), ann.clone()], r#""Hello""#).await;
    assert_eq!((answer.status, &*answer.body), (200, "Hello, ann"));
    let answer = greet(vec![json.clone(), ann], "no JSON").await;
    assert_eq!((answer.status, answer.field("www-authenticate")), (400, vec![]));
    let answer = greet(vec![json], "no JSON").await;
    assert_eq!((answer.status, answer.field("www-authenticate")), (401, vec![NO_CREDENTIAL]));
}

async fn me(user: AuthenticatedUser) -> String {
    user.user_id().to_owned()
}

#[tokio::test]
async fn the_authenticator_may_stand_in_web_data() {
    let client = serve(|| {
        |app: &mut ServiceConfig| {
            app.app_data(web::Data::new(authenticator())).route("/me", web::get().to(me));
        }
    });
    knows_its_caller(client, true).await;
}

#[tokio::test]
async fn without_an_authenticator_nobody_gets_in() {
    let client = serve(|| {
        |app: &mut ServiceConfig| {
            app.route("/me", web::get().to(me));
        }
    });
    let answer = client.get("/me", &[format!("Authorization: Bearer {}", test_util::access_token("ann"))]).await;
    assert_eq!(answer.status, 500);
}
