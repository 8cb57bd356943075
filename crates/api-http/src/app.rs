use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
    web::{self, Data, PathConfig, ServiceConfig},
};

use crate::{
    Authorizer, Origin, SecurityEvents,
    authorization::authorize,
    docs,
    error::ApiError,
    health,
    middleware::{cors, finalize},
    tasks, token_uses, user_data,
};

/// What the API needs to run.
#[derive(Clone, Debug)]
pub struct ApiConfig {
    /// Authenticates and authorizes requests, and holds the store.
    pub authorizer: Authorizer,
    /// Origins that may call the API from a browser. CORS is off when empty.
    pub allowed_origins: Vec<Origin>,
    /// Writes security events.
    pub security_events: SecurityEvents,
}

/// The application: routes and middleware. A server's worker runs it, and a test calls it.
#[must_use]
pub fn app(
    config: &ApiConfig,
) -> App<
    impl ServiceFactory<
        ServiceRequest,
        Config = (),
        Response = ServiceResponse<impl MessageBody + use<>>,
        Error = Error,
        InitError = (),
    > + use<>,
> {
    App::new()
        .app_data(Data::new(config.authorizer.clone()))
        .app_data(config.security_events.clone())
        .configure(configure)
        .wrap(cors(&config.allowed_origins))
        .wrap(from_fn(finalize))
}

/// Every route. The scope comes first because routes are tried in order and nearly all requests are for tasks.
fn configure(config: &mut ServiceConfig) {
    config
        .service(
            web::scope("/api/{user_id}")
                .app_data(PathConfig::default().error_handler(|_, _| ApiError::InvalidTaskId.into()))
                .wrap(from_fn(authorize))
                .service(web::resource("/tasks").get(tasks::list).head(tasks::list).post(tasks::create))
                .service(
                    web::resource("/tasks/{id}")
                        .get(tasks::get)
                        .head(tasks::get)
                        .put(tasks::update)
                        .delete(tasks::delete),
                )
                .service(web::resource("/tasks/{id}/complete").patch(tasks::complete))
                .service(web::resource("/token-uses").get(token_uses::list).head(token_uses::list))
                .service(web::resource("").delete(user_data::delete)),
        )
        .service(web::resource("/livez").get(health::livez).head(health::livez))
        .service(web::resource("/readyz").get(health::readyz).head(health::readyz))
        .configure(docs::configure);
}
