//! The layer around a tonic server.

use auth_core::adapters::Authenticator;
use auth_core::test_util;
use tokio::net::TcpListener;
use tonic::client::Grpc;
use tonic::codegen::http::uri::PathAndQuery;
use tonic::codegen::tokio_stream::wrappers::TcpListenerStream;
use tonic::transport::{Channel, Endpoint};
use tonic::{Code, Request, Status};
use tonic_prost::ProstCodec;

use crate::support::{SCOPE, authenticator, authenticator_with_scope, authenticator_without_keys, rejected_requests};
use crate::tonic_example;

async fn serve(authenticator: Authenticator) -> Channel {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(tonic_example::app(authenticator).serve_with_incoming(TcpListenerStream::new(listener)));
    Endpoint::try_from(format!("http://{address}")).unwrap().connect().await.unwrap()
}

async fn me(channel: &Channel, authorization: &[&str]) -> Result<String, Status> {
    let mut request = Request::new(());
    for value in authorization {
        request.metadata_mut().append("authorization", value.parse().unwrap());
    }
    let mut client = Grpc::new(channel.clone());
    client.ready().await.unwrap();
    let path = PathAndQuery::from_static("/example.Example/Me");
    Ok(client.unary(request, path, ProstCodec::<(), String>::default()).await?.into_inner())
}

#[tokio::test]
async fn tonic_example_authenticates_its_callers() {
    let channel = serve(authenticator()).await;
    let good = format!("Bearer {}", test_util::access_token("ann"));
    assert_eq!(me(&channel, &[&good]).await.unwrap(), "ann");

    for (fields, _, challenge) in rejected_requests() {
        let values: Vec<_> = fields.iter().filter_map(|field| field.strip_prefix("Authorization: ")).collect();
        let status = me(&channel, &values).await.unwrap_err();
        assert_eq!((status.code(), status.message()), (Code::Unauthenticated, "unauthenticated"), "{fields:?}");
        assert_eq!(status.metadata().get("www-authenticate").unwrap(), challenge, "{fields:?}");
    }
    assert_eq!(me(&channel, &[&good]).await.unwrap(), "ann");
}

#[tokio::test]
async fn tonic_example_reports_missing_scope_and_missing_keys() {
    let channel = serve(authenticator_with_scope()).await;
    let status = me(&channel, &[&format!("Bearer {}", test_util::access_token("ann"))]).await.unwrap_err();
    assert_eq!(status.code(), Code::PermissionDenied);
    assert_eq!(status.metadata().get("www-authenticate").unwrap(), SCOPE);

    let (authenticator, token) = authenticator_without_keys();
    let status = me(&serve(authenticator).await, &[&format!("Bearer {token}")]).await.unwrap_err();
    assert_eq!(status.code(), Code::Unavailable);
    assert_eq!(status.metadata().get("www-authenticate"), None);
    assert_eq!(status.metadata().get("retry-after").unwrap(), "5");
}
