use actix_web::{
    App, Error,
    body::MessageBody,
    dev::{ServiceFactory, ServiceRequest, ServiceResponse},
    middleware::from_fn,
};

use crate::{Gate, Origin, cors, envelope::envelope, routes};

/// All that the HTTP layer is made of.
#[derive(Clone)]
pub struct Api {
    /// The door to the tasks.
    pub gate: Gate,
    /// The origins whose pages may call from a browser; none switches CORS off.
    pub origins: Vec<Origin>,
}

/// The application: what a server's worker runs and what a test calls.
#[must_use]
pub fn app(
    api: &Api,
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
        .app_data(api.gate.clone())
        .configure(routes::configure)
        .wrap(cors::cors(&api.origins))
        .wrap(from_fn(envelope))
}
