//! A gRPC service that authenticates its callers.
//!
//! ```sh
//! BETTER_AUTH_SECRET=… cargo run -p auth-core --example tonic --features tower
//! ```
//!
//! The service is written by hand, so that the example builds without `protoc`. Usually it is generated from a `.proto` file.

use std::convert::Infallible;
use std::error::Error;
use std::future::{Ready, ready};
use std::task::{Context, Poll};

use auth_core::adapters::{Authenticator, tower::AuthenticateLayer};
use auth_core::{AuthenticatedUser, SharedSecret, Validation, Verifier};
use tonic::body::Body;
use tonic::codegen::{BoxFuture, Service, http};
use tonic::server::{Grpc, NamedService, UnaryService};
use tonic::transport::Server;
use tonic::transport::server::Router;
use tonic::{Request, Response, Status};
use tonic_prost::ProstCodec;
use tower_layer::{Identity, Stack};

/// The layer inserts the user into the extensions of the request.
fn me(request: &Request<()>) -> Result<Response<String>, Status> {
    let user = request.extensions().get::<AuthenticatedUser>();
    let user = user.ok_or_else(|| Status::internal("the layer is missing"))?;
    Ok(Response::new(user.user_id().to_owned()))
}

pub(crate) fn app(authenticator: Authenticator) -> Router<Stack<AuthenticateLayer, Identity>> {
    Server::builder().layer(AuthenticateLayer::new(authenticator)).add_service(Example)
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let secret: SharedSecret = std::env::var("BETTER_AUTH_SECRET")?.parse()?;
    let verifier = Verifier::new(secret, Validation::new())?;
    let app = app(Authenticator::new(verifier, "example"));
    Ok(app.serve("127.0.0.1:3003".parse()?).await?)
}

/// The code that `tonic-prost-build` generates from
/// `service Example { rpc Me(google.protobuf.Empty) returns (google.protobuf.StringValue); }`.
#[derive(Clone)]
struct Example;

impl NamedService for Example {
    const NAME: &'static str = "example.Example";
}

impl Service<http::Request<Body>> for Example {
    type Response = http::Response<Body>;
    type Error = Infallible;
    type Future = BoxFuture<Self::Response, Infallible>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: http::Request<Body>) -> Self::Future {
        Box::pin(async move {
            Ok(match request.uri().path() {
                "/example.Example/Me" => Grpc::new(ProstCodec::default()).unary(Me, request).await,
                _ => Status::unimplemented("").into_http(),
            })
        })
    }
}

struct Me;

impl UnaryService<()> for Me {
    type Response = String;
    type Future = Ready<Result<Response<String>, Status>>;

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(me(&request))
    }
}
