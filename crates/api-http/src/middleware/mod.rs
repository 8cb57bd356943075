//! Middleware for every request: request id, default headers, problem bodies, access log, security events, CORS.

mod access_log;
mod cors;
mod problem_body;
mod request_id;

use std::time::Duration;

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        StatusCode, Version,
        header::{CACHE_CONTROL, HOST, HeaderValue, X_CONTENT_TYPE_OPTIONS},
    },
    middleware::Next,
    rt::time::sleep,
};

use crate::{error::ApiError, security_events::SecurityEvents};

pub(crate) use cors::cors;
pub use cors::{Origin, OriginError};

/// Maximum length of a request target. A longer one is answered with 414.
const MAX_TARGET_BYTES: usize = 8192;

/// Time for which a 429 is held back. A client that repeats its requests without a pause would otherwise take the processor
/// from other users: each of its connections gets at most 50 of these responses a second (decision 54).
const TOO_MANY_REQUESTS_DELAY: Duration = Duration::from_millis(20);

/// Rejects requests that violate HTTP, and completes every response: problem body, default headers, access log,
/// security event.
pub(crate) async fn finalize(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let timer = access_log::start();
    let request_id = request_id::from_headers_or_new(request.headers());
    let response = match validate_request(&request) {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(error) => request.error_response(error),
    };
    let mut response = problem_body::with_problem_body(response);
    access_log::log(&response, &request_id, timer);
    SecurityEvents::record_of_response(&response, &request_id);
    if response.status() == StatusCode::TOO_MANY_REQUESTS {
        sleep(TOO_MANY_REQUESTS_DELAY).await;
    }
    let headers = response.headers_mut();
    headers.insert(request_id::X_REQUEST_ID, request_id);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// Checks the length of the target, and that an HTTP/1.1 request has exactly one `Host` (RFC 9112 §3.2).
fn validate_request(request: &ServiceRequest) -> Result<(), ApiError> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > MAX_TARGET_BYTES {
        return Err(ApiError::UriTooLong);
    }
    let hosts = request.headers().get_all(HOST).take(2).count();
    if hosts == 1 || (hosts == 0 && request.version() != Version::HTTP_11) { Ok(()) } else { Err(ApiError::BadRequest) }
}
