//! The service of the layer.

use std::fmt;
use std::future::Future;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::{Request, Response};
use tower_service::Service;

use super::AnyUser;
use super::error_response::error_response;
use crate::adapters::request_head::request_head;
use crate::adapters::{AccessPolicy, Authenticator};

/// The service that [`AuthenticateLayer`](super::AuthenticateLayer) puts around another one.
pub struct Authenticate<S, P = AnyUser> {
    authenticator: Authenticator,
    inner: S,
    policy: PhantomData<fn() -> P>,
}

impl<S, P> Authenticate<S, P> {
    pub(super) fn new(authenticator: Authenticator, inner: S) -> Self {
        Self { authenticator, inner, policy: PhantomData }
    }
}

// Not derived: `P` is a name only and has no value.
impl<S: Clone, P> Clone for Authenticate<S, P> {
    fn clone(&self) -> Self {
        Self::new(self.authenticator.clone(), self.inner.clone())
    }
}

impl<S: fmt::Debug, P> fmt::Debug for Authenticate<S, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Authenticate").field("inner", &self.inner).finish_non_exhaustive()
    }
}

impl<S, P, B, R> Service<Request<B>> for Authenticate<S, P>
where
    P: AccessPolicy,
    P::Claims: Clone,
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
            match authenticator.authorize_request::<P>(&request_head(&parts)).await {
                Ok(user) => {
                    parts.extensions.insert(user);
                    ready.call(Request::from_parts(parts, body)).await
                }
                Err(rejection) => Ok(error_response(&rejection, &parts.headers)),
            }
        })
    }
}
