use actix_web::{HttpResponse, web::Data};

use crate::{
    Authorizer,
    error::{ApiError, Problem},
};

/// Whether the process answers at all
#[utoipa::path(get, path = "/livez", operation_id = "live", tag = "health", responses((status = 200, description = "It does")))]
pub(crate) async fn livez() -> HttpResponse {
    ok_response()
}

/// Whether requests can be served: 503 while the database does not answer
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "health",
    responses(
        (status = 200, description = "They can"),
        (status = 503, description = "Not now", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(authorizer: Data<Authorizer>) -> Result<HttpResponse, ApiError> {
    authorizer.ping().await?;
    Ok(ok_response())
}

fn ok_response() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(r#"{"status":"ok"}"#)
}
