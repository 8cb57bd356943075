//! For [actix-web](https://docs.rs/actix-web): [`AuthenticatedUser`] is an extractor.
//!
//! The [`Authenticator`] is application data, as it is or in `web::Data`:
//!
//! ```
//! use actix_web::{App, web};
//! use auth_core::adapters::Authenticator;
//! use auth_core::{AuthenticatedUser, test_util};
//!
//! async fn me(user: AuthenticatedUser) -> String {
//!     user.user_id().to_owned()
//! }
//!
//! let authenticator = Authenticator::new(test_util::verifier(), "todo");
//! let app = App::new().app_data(authenticator).route("/me", web::get().to(me));
//! ```
//!
//! actix-web starts all extractors of a handler together and answers with the first that fails. To have nobody's body
//! read before it is known who sent it, take [`Authenticated<Json<_>>`](Authenticated) instead of the two.
//!
//! Do not take `Option<AuthenticatedUser>`: actix-web would turn every refusal into `None`.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError, error, web};

use super::{Authenticator, Rejection};
use crate::AuthenticatedUser;

type Extraction<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl FromRequest for AuthenticatedUser {
    type Error = actix_web::Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate(&request).await })
    }
}

/// The user first, and only then what else the handler wants of the request.
///
/// ```
/// use actix_web::web::Json;
/// use auth_core::adapters::actix::Authenticated;
///
/// async fn rename(Authenticated(user, Json(name)): Authenticated<Json<String>>) -> String {
///     format!("{} is {name} now", user.user_id())
/// }
/// ```
#[derive(Debug)]
pub struct Authenticated<T>(pub AuthenticatedUser, pub T);

impl<T: FromRequest + 'static> FromRequest for Authenticated<T> {
    type Error = actix_web::Error;
    type Future = Extraction<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let user = authenticate(&request).await?;
            Ok(Self(user, T::from_request(&request, &mut payload).await.map_err(Into::into)?))
        })
    }
}

async fn authenticate(request: &HttpRequest) -> Result<AuthenticatedUser, actix_web::Error> {
    let fields = request.headers().get_all(AUTHORIZATION).map(HeaderValue::as_bytes);
    Ok(authenticator(request)?.authenticate(fields).await?)
}

fn authenticator(request: &HttpRequest) -> Result<&Authenticator, actix_web::Error> {
    request
        .app_data::<Authenticator>()
        .or_else(|| Some(request.app_data::<web::Data<Authenticator>>()?.get_ref()))
        .ok_or_else(|| {
            error::InternalError::new("no Authenticator in app_data", StatusCode::INTERNAL_SERVER_ERROR).into()
        })
}

impl ResponseError for Rejection {
    fn status_code(&self) -> StatusCode {
        StatusCode::from_u16(self.status()).unwrap_or(StatusCode::UNAUTHORIZED)
    }

    fn error_response(&self) -> HttpResponse {
        let mut response = HttpResponse::build(self.status_code());
        response.content_type(Self::CONTENT_TYPE);
        if let Some(challenge) = self.challenge() {
            response.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if let Some(seconds) = self.retry_after_seconds() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        response.body(self.problem())
    }
}
