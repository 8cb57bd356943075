use actix_web::{HttpRequest, HttpResponse};

use crate::{Gate, error::ApiError};

/// Whether the process answers at all
#[utoipa::path(get, path = "/livez", operation_id = "live", tag = "health", responses((status = 200, description = "It does")))]
pub(crate) async fn live() -> HttpResponse {
    ok()
}

/// Whether requests can be served: 503 while the database does not answer
#[utoipa::path(
    get,
    path = "/readyz",
    operation_id = "ready",
    tag = "health",
    responses(
        (status = 200, description = "They can"),
        (status = 503, description = "Not now", body = crate::problem::Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn ready(request: HttpRequest) -> Result<HttpResponse, ApiError> {
    request.app_data::<Gate>().ok_or(ApiError::Internal(None))?.ready().await?;
    Ok(ok())
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().content_type("application/json").body(r#"{"status":"ok"}"#)
}
