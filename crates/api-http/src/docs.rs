//! The documentation a running server carries with it: nothing is loaded from anywhere else.

use std::sync::{Arc, LazyLock};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CONTENT_SECURITY_POLICY, LOCATION},
    web::Bytes,
};
use utoipa_swagger_ui::Config;

use crate::{error::ApiError, openapi::document};

static OPENAPI: LazyLock<Bytes> = LazyLock::new(|| document().into());
static UI: LazyLock<Arc<Config<'static>>> = LazyLock::new(|| Arc::new(Config::from("/openapi.json")));

/// The viewer sets styles in its elements; all else comes from this server.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

pub(crate) async fn openapi() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(OPENAPI.clone())
}

/// The viewer's links are relative to a folder.
pub(crate) async fn front() -> HttpResponse {
    HttpResponse::PermanentRedirect().insert_header((LOCATION, "/docs/")).finish()
}

pub(crate) async fn file(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let name = request.uri().path().strip_prefix("/docs/").unwrap_or_default();
    let file = utoipa_swagger_ui::serve(name, UI.clone()).ok().flatten().ok_or(ApiError::NoSuchPath)?;
    let mut response = HttpResponse::Ok();
    response.content_type(file.content_type).insert_header((CONTENT_SECURITY_POLICY, POLICY));
    Ok(response.body(file.bytes.into_owned()))
}

/// What the `type` of a problem leads to.
pub(crate) async fn problem(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let code = request.uri().path().strip_prefix("/problems/").unwrap_or_default();
    let kind = ApiError::kinds().into_iter().find(|kind| kind.code == code).ok_or(ApiError::NoSuchPath)?;
    let text = format!("{} ({})\n\n{}\n", kind.title, kind.status.as_u16(), kind.detail);
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(text))
}
