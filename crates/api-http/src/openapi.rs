use utoipa::{
    IntoResponses, Modify, OpenApi,
    openapi::{
        self,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use crate::{explain::FieldError, health, problem::Problem, tasks};

/// The OpenAPI 3.1 document of this API, as pretty JSON with a line feed at its end.
#[must_use]
pub fn document() -> String {
    Document::openapi().to_pretty_json().map(|json| json + "\n").unwrap_or_default()
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
        tasks::show,
        tasks::change,
        tasks::remove,
        tasks::complete,
        health::live,
        health::ready,
    ),
    components(schemas(Problem, FieldError)),
    tags((name = "tasks", description = "The caller's own tasks"), (name = "health", description = "For load balancers")),
    modifiers(&Bearer),
)]
struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let mut scheme = Http::new(HttpAuthScheme::Bearer);
        scheme.bearer_format = Some("JWT".to_owned());
        scheme.description = Some("A short-lived access token of the Better Auth application".to_owned());
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

/// What every task route may answer beside its own.
#[derive(IntoResponses)]
#[expect(dead_code, reason = "only described, never built")]
pub(crate) enum Refusals<'a> {
    /// The request is not what it should be
    #[response(status = 400, content_type = "application/problem+json")]
    Bad(Problem<'a>),
    /// No valid access token; see `WWW-Authenticate`
    #[response(status = 401, content_type = "application/problem+json")]
    Unauthorized(Problem<'a>),
    /// The path names another user
    #[response(status = 403, content_type = "application/problem+json")]
    Forbidden(Problem<'a>),
    /// Too many requests; see `Retry-After`
    #[response(status = 429, content_type = "application/problem+json")]
    TooMany(Problem<'a>),
    /// Not available now; see `Retry-After`
    #[response(status = 503, content_type = "application/problem+json")]
    Unavailable(Problem<'a>),
}
