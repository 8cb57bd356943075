//! huskarl-resource-server. Its validator for RFC 9068 rejects all tokens of Better Auth, which have no `typ`, `client_id` and `jti`;
//! this is its validator for other tokens. It takes a request.

use std::error::Error;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use huskarl_crypto_native::symmetric::SymmetricKey;
use huskarl_resource_server::core::EndpointUrl;
use huskarl_resource_server::core::Error as HuskarlError;
use huskarl_resource_server::core::crypto::verifier::{JwsVerifier, JwsVerifierFactory, JwsVerifierPlatform};
use huskarl_resource_server::core::http::{HttpClient, HttpResponse, Idempotency};
use huskarl_resource_server::core::jwk::{JwksSource, OctKey, SymmetricJwk};
use huskarl_resource_server::core::jwt::validator::ClaimCheck;
use huskarl_resource_server::core::platform::MaybeSendBoxFuture;
use huskarl_resource_server::validator::custom::CustomValidator;

use super::{Keys, PrivateClaims};
use crate::{AUDIENCE, ISSUER};

pub(crate) type Validator = CustomValidator<PrivateClaims>;

pub(super) async fn validator(keys: &Keys<'_>) -> Result<Validator, Box<dyn Error>> {
    let (factory, algorithms): (Arc<dyn JwsVerifierFactory>, Vec<String>) = match keys {
        Keys::Secret(secret) => (Arc::new(SecretFactory(secret_key(secret)?)), vec!["HS256".to_owned()]),
        Keys::Set(document) => {
            let source = JwksSource::builder().http_client(StaticDocument((*document).to_owned())).build();
            (Arc::new(source), ["EdDSA", "ES256", "ES512", "RS256", "PS256"].map(String::from).into())
        }
    };
    let validator = CustomValidator::builder()
        .with_claims::<PrivateClaims>()
        .iss(ISSUER)
        .aud(AUDIENCE)
        .typ(ClaimCheck::if_present_any(["JWT", "at+jwt", "application/at+jwt"]))
        .require_jti(false)
        .clock_leeway(Duration::ZERO)
        .allowed_signing_algorithms(algorithms)
        .jwks_uri("https://app.example/jwks".parse::<EndpointUrl>()?)
        .jws_verifier_factory(factory)
        .build()
        .await?;
    Ok(validator)
}

pub(super) async fn accepts(validator: &Validator, headers: &http::HeaderMap) -> bool {
    let uri = http::Uri::from_static("https://api.example/tasks");
    let result = validator.validate_request(headers, &http::Method::GET, &uri, None).await;
    matches!(result.outcome, Ok(Some(_)))
}

fn secret_key(secret: &str) -> Result<SymmetricKey, HuskarlError> {
    let key = OctKey::builder().k(secret.bytes()).build();
    SymmetricKey::from_jwk(SymmetricJwk::builder().key(key).algorithm("HS256").build())
}

/// Verifies with one secret. huskarl has no validator for shared secrets, but takes any verifier of signatures.
struct SecretFactory(SymmetricKey);

impl JwsVerifierFactory for SecretFactory {
    fn build(
        &self,
        _: Option<&EndpointUrl>,
        _: Arc<dyn JwsVerifierPlatform>,
    ) -> MaybeSendBoxFuture<'static, Result<Arc<dyn JwsVerifier>, HuskarlError>> {
        let verifier: Arc<dyn JwsVerifier> = Arc::new(self.0.clone());
        Box::pin(async { Ok(verifier) })
    }
}

/// Serves one document to every request, instead of an HTTP client.
struct StaticDocument(String);

impl HttpClient for StaticDocument {
    fn execute(
        &self,
        _: http::Request<Bytes>,
        _: Idempotency,
    ) -> MaybeSendBoxFuture<'_, Result<HttpResponse, HuskarlError>> {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        let response = HttpResponse { status: http::StatusCode::OK, headers, body: self.0.clone().into() };
        Box::pin(async { Ok(response) })
    }
}
