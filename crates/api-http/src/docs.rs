//! The documentation: OpenAPI document, Swagger UI, a page for each kind of problem. Nothing is loaded from other servers.

use std::sync::{Arc, LazyLock};

use actix_web::{
    HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, LOCATION},
    middleware::DefaultHeaders,
    web::{self, Bytes, Path, ServiceConfig},
};
use utoipa_swagger_ui::Config;

use crate::{
    error::{ApiError, PROBLEM_KINDS},
    openapi::openapi_json,
};

static OPENAPI_JSON: LazyLock<Bytes> = LazyLock::new(|| openapi_json().into());
static SWAGGER_UI: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/openapi.json")));

/// Content-Security-Policy of Swagger UI, which sets inline styles.
const CSP: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                   connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Swagger UI has resources of its own here. `utoipa_swagger_ui::SwaggerUi` answers every method but GET with 404, also
/// HEAD.
pub(crate) fn configure(config: &mut ServiceConfig) {
    config
        .service(web::resource("/openapi.json").get(openapi).head(openapi))
        .service(web::resource("/problems/{code}").get(problem_page).head(problem_page))
        .service(
            web::scope("/docs")
                .wrap(DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, CSP)))
                .service(web::resource("").get(redirect).head(redirect))
                .service(web::resource("/{file:.*}").get(asset).head(asset)),
        );
}

async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPENAPI_JSON.clone())
}

/// The page's links are relative to `/docs/`.
async fn redirect() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

async fn asset(file: Path<String>) -> Result<HttpResponse, ApiError> {
    let file = utoipa_swagger_ui::serve(&file, SWAGGER_UI.clone()).ok().flatten().ok_or(ApiError::RouteNotFound)?;
    Ok(HttpResponse::Ok().content_type(file.content_type).body(file.bytes.into_owned()))
}

/// The page that the `type` of a problem refers to (RFC 9457 §3.1.1).
async fn problem_page(code: Path<String>) -> Result<HttpResponse, ApiError> {
    let kind = PROBLEM_KINDS.iter().find(|kind| kind.code == *code).ok_or(ApiError::RouteNotFound)?;
    let text = format!("{} ({})\n\n{}\n", kind.title, kind.status, kind.detail);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
