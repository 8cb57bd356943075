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
//! actix-web polls all extractors of a handler concurrently and answers with the first error. To authenticate a request
//! before its body is read, use [`Authenticated<Json<_>>`](Authenticated) instead of two parameters.
//!
//! [`Authorized`] also requires the policy of a route, and [`authorize`] is the same as a middleware for a scope or a resource.
//! [`OptionalUser`] serves requests without credentials too. Do not use `Option<AuthenticatedUser>`: actix-web turns every rejection
//! into `None`.
//!
//! ```
//! use actix_web::{middleware::from_fn, web};
//! use auth_core::adapters::AccessPolicy;
//! use auth_core::adapters::actix::{Authorized, OptionalUser, authorize};
//!
//! struct WriteTasks;
//!
//! impl AccessPolicy for WriteTasks {
//!     type Claims = ();
//!     const SCOPES: &'static [&'static str] = &["tasks:write"];
//! }
//!
//! async fn create(Authorized(user): Authorized<WriteTasks>) -> String {
//!     user.user_id().to_owned()
//! }
//!
//! async fn home(OptionalUser(user): OptionalUser) -> String {
//!     user.map_or("a guest".to_owned(), |user| user.user_id().to_owned())
//! }
//!
//! // Requires the policy for every handler of a scope, before the body is read.
//! let scope = web::scope("/tasks").wrap(from_fn(authorize::<WriteTasks, _>)).route("", web::post().to(create));
//! ```

use std::future::Future;
use std::pin::Pin;

use actix_web::body::{EitherBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{AUTHORIZATION, HeaderValue, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::middleware::Next;
use actix_web::{FromRequest, HttpMessage as _, HttpRequest, HttpResponse, ResponseError, error, web};
use serde::de::DeserializeOwned;

use super::{AccessPolicy, Authenticator, Rejection};
use crate::AuthenticatedUser;
use crate::dpop::RequestHead;

type ExtractFuture<T> = Pin<Box<dyn Future<Output = Result<T, actix_web::Error>>>>;

impl<C: DeserializeOwned + 'static> FromRequest for AuthenticatedUser<C> {
    type Error = actix_web::Error;
    type Future = ExtractFuture<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { authenticate_request(&request).await })
    }
}

/// The user and another extractor's value. The other extractor runs after the authentication.
///
/// ```
/// use actix_web::web::Json;
/// use auth_core::adapters::actix::Authenticated;
///
/// async fn rename(Authenticated { user, input: Json(name) }: Authenticated<Json<String>>) -> String {
///     format!("{} is {name} now", user.user_id())
/// }
/// ```
#[derive(Debug)]
pub struct Authenticated<T, C = ()> {
    /// The verified user.
    pub user: AuthenticatedUser<C>,
    /// The value of the other extractor.
    pub input: T,
}

impl<T: FromRequest + 'static, C: DeserializeOwned + 'static> FromRequest for Authenticated<T, C> {
    type Error = actix_web::Error;
    type Future = ExtractFuture<Self>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let (request, mut payload) = (request.clone(), payload.take());
        Box::pin(async move {
            let user = authenticate_request(&request).await?;
            let input = T::from_request(&request, &mut payload).await.map_err(Into::into)?;
            Ok(Self { user, input })
        })
    }
}

/// The user of a request that meets the [`AccessPolicy`] `P`.
#[derive(Clone, Debug)]
pub struct Authorized<P: AccessPolicy>(pub AuthenticatedUser<P::Claims>);

impl<P: AccessPolicy> FromRequest for Authorized<P> {
    type Error = actix_web::Error;
    type Future = ExtractFuture<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(async move { Ok(Self(authenticator(&request)?.authorize_request::<P>(&head(&request)).await?)) })
    }
}

/// The user of a request, or `None` for a request without bearer credentials. Credentials that are not valid are rejected.
#[derive(Clone, Debug)]
pub struct OptionalUser<C = ()>(pub Option<AuthenticatedUser<C>>);

impl<C: DeserializeOwned + 'static> FromRequest for OptionalUser<C> {
    type Error = actix_web::Error;
    type Future = ExtractFuture<Self>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let request = request.clone();
        Box::pin(
            async move { Ok(Self(authenticator(&request)?.authenticate_optional_request(&head(&request)).await?)) },
        )
    }
}

/// Middleware that requires the [`AccessPolicy`] `P`, for `actix_web::middleware::from_fn`. It puts the
/// `AuthenticatedUser<P::Claims>` into the extensions of the request: `web::ReqData` extracts it.
///
/// A rejection is a response and not an error, so that outer middleware (CORS, logs) sees it.
pub async fn authorize<P: AccessPolicy, B: MessageBody + 'static>(
    request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<EitherBody<B>>, actix_web::Error> {
    let result = match authenticator(request.request()) {
        Ok(authenticator) => {
            authenticator.authorize_request::<P>(&head(request.request())).await.map_err(actix_web::Error::from)
        }
        Err(error) => Err(error),
    };
    match result {
        Ok(user) => {
            request.extensions_mut().insert(user);
            Ok(next.call(request).await?.map_into_left_body())
        }
        Err(error) => Ok(request.error_response(error).map_into_right_body()),
    }
}

fn head(request: &HttpRequest) -> RequestHead<'_> {
    let headers = request.headers();
    RequestHead::new(request.method().as_str(), request.uri().path())
        .authorization(headers.get_all(AUTHORIZATION).map(HeaderValue::as_bytes))
        .dpop(headers.get_all("dpop").map(HeaderValue::as_bytes))
}

async fn authenticate_request<C: DeserializeOwned + 'static>(
    request: &HttpRequest,
) -> Result<AuthenticatedUser<C>, actix_web::Error> {
    Ok(authenticator(request)?.authenticate_request(&head(request)).await?)
}

fn authenticator(request: &HttpRequest) -> Result<&Authenticator, actix_web::Error> {
    request
        .app_data::<Authenticator>()
        .or_else(|| Some(request.app_data::<web::Data<Authenticator>>()?.get_ref()))
        .ok_or_else(|| {
            error::InternalError::new("no Authenticator in the app data", StatusCode::INTERNAL_SERVER_ERROR).into()
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
            response.insert_header((WWW_AUTHENTICATE, challenge.as_ref()));
        }
        if let Some(nonce) = self.dpop_nonce() {
            response.insert_header(("DPoP-Nonce", nonce));
        }
        if let Some(seconds) = self.retry_after_seconds() {
            response.insert_header((RETRY_AFTER, seconds));
        }
        let mut response = response.body(self.problem_json());
        response.extensions_mut().insert(self.error().clone());
        response
    }
}
