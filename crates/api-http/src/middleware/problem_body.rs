use actix_web::{
    body::BoxBody,
    dev::ServiceResponse,
    http::header::{CONTENT_TYPE, HeaderValue},
};

use crate::error::{MEDIA_TYPE, ProblemKind};

/// Gives error responses of the framework, which are empty or plain text, a problem body. Status and headers, such as
/// `Allow`, stay.
pub(super) fn with_problem_body(response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || response.headers().get(CONTENT_TYPE).is_some_and(|media_type| media_type == MEDIA_TYPE) {
        return response;
    }
    let mut response = response.map_body(|_, _| BoxBody::new(ProblemKind::from_status(status).to_json(&[])));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}
