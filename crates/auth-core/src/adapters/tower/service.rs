//! The service of the layer.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::{AUTHORIZATION, HeaderValue};
use http::{Request, Response};
use tower_service::Service;

use super::error_response::error_response;
use crate::adapters::Authenticator;

/// The service that [`AuthenticateLayer`](super::AuthenticateLayer) puts around another one.
#[derive(Clone, Debug)]
pub struct Authenticate<S> {
    authenticator: Authenticator,
    inner: S,
}

impl<S> Authenticate<S> {
    pub(super) fn new(authenticator: Authenticator, inner: S) -> Self {
        Self { authenticator, inner }
    }
}

impl<S, B, R> Service<Request<B>> for Authenticate<S>
where
    S: Service<Request<B>, Response = Response<R>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
    R: Default,
{
    type Response = Response<R>;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<R>, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let authenticator = self.authenticator.clone();
        // Only the polled service is ready. The clone replaces it and is polled before the next call.
        let clone = self.inner.clone();
        let mut ready = mem::replace(&mut self.inner, clone);
        Box::pin(async move {
            let (mut parts, body) = request.into_parts();
            let authorization = parts.headers.get_all(AUTHORIZATION).iter().map(HeaderValue::as_bytes);
            match authenticator.authenticate(authorization).await {
                Ok(user) => {
                    parts.extensions.insert(user);
                    ready.call(Request::from_parts(parts, body)).await
                }
                Err(rejection) => Ok(error_response(&rejection, &parts.headers)),
            }
        })
    }
}
