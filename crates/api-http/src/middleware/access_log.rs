use std::{error::Error as _, fmt::Display, time::Instant};

use actix_web::{HttpMessage as _, body::BoxBody, dev::ServiceResponse, http::header::HeaderValue};
use todo_store::OwnerTasks;
use tracing::{Level, enabled, error, info};

use crate::error::{ApiError, ProblemKind};

/// Starts the timer of a request, if the access log is on.
pub(super) fn start() -> Option<Instant> {
    enabled!(Level::INFO).then(Instant::now)
}

/// Logs one line for each request, and one more with the cause of each server error.
///
/// The route is logged as its pattern, because paths and queries can contain anything, even a token. The user is logged
/// only once authorized.
pub(super) fn log(response: &ServiceResponse<BoxBody>, request_id: &HeaderValue, started: Option<Instant>) {
    let status = response.status();
    let request_id = request_id.to_str().unwrap_or_default();
    let error = response.response().error();
    if status.is_server_error() {
        let cause = error.and_then(|error| error.as_error::<ApiError>()).and_then(|error| error.source());
        error!(
            request_id,
            status = status.as_u16(),
            error = error.map(display),
            cause = cause.map(display),
            "request failed"
        );
    }
    let Some(started) = started else { return };
    let request = response.request();
    let kind = ProblemKind::from_status(status);
    let refusal: Option<&dyn Display> = match error {
        _ if !status.is_client_error() => None,
        Some(error) => Some(error),
        None => Some(&kind.title),
    };
    info!(
        request_id,
        method = request.method().as_str(),
        route = request.match_pattern().unwrap_or_default(),
        user = request.extensions().get::<OwnerTasks>().map(|tasks| tasks.owner().as_str()),
        status = status.as_u16(),
        micros = u64::try_from(started.elapsed().as_micros()).unwrap_or(u64::MAX),
        refusal = refusal.map(display),
        "answered"
    );
}
