//! What every answer has, whatever it says: an id, headers that keep it out of caches and guesses, a problem for each
//! error, and one line in the log.

pub(crate) mod cors;
pub(crate) mod request_id;

use std::{error::Error as _, time::Instant};

use actix_web::{
    Error, HttpMessage as _,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Version,
        header::{self, HeaderValue},
    },
    middleware::Next,
};
use todo_domain::OwnerId;
use tracing::{Level, enabled, error, field::display, info};

use crate::{
    error::ApiError,
    problem::{self, Kind},
    routes,
};

/// The longest request target, in bytes.
const LONGEST_TARGET: usize = 8192;

pub(crate) async fn envelope(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    // The line costs nothing when nobody wants it, not even a look at the clock.
    let started = enabled!(Level::INFO).then(Instant::now);
    let id = request_id::of(request.headers());
    let response = match breach(&request) {
        Some(error) => request.error_response(error),
        None => next.call(request).await?.map_into_boxed_body(),
    };
    let mut response = with_problem(response);
    log(&response, &id, started);
    let headers = response.headers_mut();
    headers.insert(request_id::HEADER, id);
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    Ok(response)
}

/// What no route should have to look at: not exactly one `Host` in HTTP/1.1 (RFC 9112 §3.2), an overlong target.
fn breach(request: &ServiceRequest) -> Option<ApiError> {
    let target = request.uri().path_and_query().map_or(0, |target| target.as_str().len());
    if target > LONGEST_TARGET {
        return Some(ApiError::UriTooLong);
    }
    let mut hosts = request.headers().get_all(header::HOST);
    let hosts = (hosts.next().is_some(), hosts.next().is_some());
    (hosts != (true, false) && (request.version() == Version::HTTP_11 || hosts.1)).then_some(ApiError::BadRequest)
}

/// Errors of the layers below speak plain text: they get a problem for a body as well.
fn with_problem(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    if response.headers().get(header::CONTENT_TYPE).is_some_and(|media_type| media_type == problem::MEDIA_TYPE) {
        return response;
    }
    let mut response = response.map_body(|_, _| BoxBody::new(Kind::of_status(status).body(&[])));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(problem::MEDIA_TYPE));
    response
}

/// One line for each request. The target is logged as its pattern, since anything may stand in a path or a query, even
/// a token; who asked is logged once the gate has let them in.
fn log(response: &ServiceResponse<BoxBody>, id: &HeaderValue, started: Option<Instant>) {
    let status = response.status();
    if status.is_server_error() {
        let failure = response.response().error();
        let cause = failure.and_then(|failure| failure.as_error::<ApiError>()).and_then(|failure| failure.source());
        let request_id = id.to_str().unwrap_or_default();
        error!(
            request_id,
            status = status.as_u16(),
            error = failure.map(display),
            cause = cause.map(display),
            "request failed"
        );
    }
    let Some(started) = started else { return };
    let request = response.request();
    let refusal = if status.is_client_error() { response.response().error().map(display) } else { None };
    info!(
        request_id = id.to_str().unwrap_or_default(),
        method = request.method().as_str(),
        route = routes::pattern_of(request.uri().path()),
        user = request.extensions().get::<OwnerId>().map(OwnerId::as_str),
        status = status.as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        refusal,
        "answered"
    );
}
