//! The tower layer without a server.

use std::convert::Infallible;
use std::future::{Ready, ready};
use std::task::{Context, Poll, Waker};

use auth_core::adapters::tower::{Authenticate, AuthenticateLayer};
use auth_core::bearer::BearerError;
use auth_core::{AuthenticatedUser, VerifyError, test_util};
use http::{Request, Response};
use tower_layer::Layer as _;
use tower_service::Service;

use crate::support::{NO_CREDENTIALS, authenticator, expired_token};

/// Responds with the user of the request. Panics if it is called without being polled for readiness.
#[derive(Debug, Default)]
struct WhoAmI {
    is_ready: bool,
}

impl Clone for WhoAmI {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl Service<Request<String>> for WhoAmI {
    type Response = Response<String>;
    type Error = Infallible;
    type Future = Ready<Result<Response<String>, Infallible>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        self.is_ready = true;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<String>) -> Self::Future {
        assert!(self.is_ready);
        let user = request.extensions().get::<AuthenticatedUser>().map(AuthenticatedUser::user_id);
        ready(Ok(Response::new(format!("{}, {}", user.unwrap_or_default(), request.body()))))
    }
}

fn service() -> Authenticate<WhoAmI> {
    AuthenticateLayer::new(authenticator()).layer(WhoAmI::default())
}

async fn send(service: &mut Authenticate<WhoAmI>, fields: &[(&str, &str)]) -> Response<String> {
    let mut request = Request::new("the body".to_owned());
    for (name, value) in fields {
        request.headers_mut().append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
    }
    assert!(service.poll_ready(&mut Context::from_waker(Waker::noop())).is_ready());
    service.call(request).await.unwrap()
}

#[tokio::test]
async fn polled_service_is_the_one_that_is_called() {
    let mut service = service();
    for user in ["ann", "bob"] {
        let response =
            send(&mut service, &[("authorization", &format!("Bearer {}", test_util::access_token(user)))]).await;
        assert_eq!(response.body(), &format!("{user}, the body"));
    }
}

#[tokio::test]
async fn bearer_error_is_in_the_response_extensions() {
    let response = send(&mut service(), &[("authorization", &format!("Bearer {}", expired_token()))]).await;
    assert_eq!((response.status().as_u16(), &**response.body()), (401, ""));
    assert_eq!(response.extensions().get(), Some(&BearerError::InvalidToken(VerifyError::Expired)));
}

#[tokio::test]
async fn grpc_request_gets_a_grpc_response() {
    for media_type in ["application/grpc", "application/grpc+proto", "Application/gRPC; x=y", "application/grpc-web"] {
        let response = send(&mut service(), &[("content-type", media_type)]).await;
        let field = |name: &str| response.headers()[name].to_str().unwrap();
        assert_eq!(response.status().as_u16(), 200, "{media_type}");
        assert_eq!((field("grpc-status"), field("grpc-message")), ("16", "unauthenticated"), "{media_type}");
        assert_eq!(field("content-type"), media_type);
        assert_eq!(field("www-authenticate"), NO_CREDENTIALS, "{media_type}");
    }
}

#[tokio::test]
async fn other_requests_get_an_http_response() {
    for media_type in ["", "application/json", "application/grp", "application/grpcish", "text/application/grpc"] {
        let response = send(&mut service(), &[("content-type", media_type)]).await;
        assert_eq!(response.status().as_u16(), 401, "{media_type}");
        assert_eq!(response.headers().len(), 1, "{media_type}: the challenge only");
    }
}
