mod responses;

use utoipa::{
    Modify, OpenApi,
    openapi::{
        self,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{
    error::{FieldError, Problem},
    health, tasks, token_uses, user_data,
};

pub(crate) use responses::{CommonErrors, PreconditionFailed, TaskNotFound};

/// The OpenAPI 3.1 document of this API as indented JSON with a final line feed.
#[must_use]
pub fn openapi_json() -> String {
    ApiDoc::openapi().to_pretty_json().map(|json| json + "\n").unwrap_or_default()
}

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Todo API",
        version = "1",
        description = "A multi-user todo service. Every caller sees and changes only their own tasks.\n\nEvery answer carries `X-Request-Id`; every error is an `application/problem+json` (RFC 9457) with a stable `code`.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0"),
    ),
    servers((url = "/")),
    paths(
        tasks::list,
        tasks::create,
        tasks::get,
        tasks::update,
        tasks::delete,
        tasks::complete,
        token_uses::list,
        user_data::delete,
        health::livez,
        health::readyz,
    ),
    components(schemas(Problem, FieldError)),
    tags((name = "tasks", description = "The caller's own tasks"), (name = "user", description = "The caller as a whole"), (name = "health", description = "For load balancers")),
    modifiers(&BearerScheme),
)]
struct ApiDoc;

struct BearerScheme;

impl Modify for BearerScheme {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        scheme.description = Some("A short-lived access token of the Better Auth application, or a personal access token that a user has created there".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}
