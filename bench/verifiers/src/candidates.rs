//! One interface to all verifiers. Each is configured as its documentation shows for access tokens, with issuer and audience.

use std::error::Error;
use std::pin::Pin;

use auth_core::{JwkSet, SharedSecret, Validation, Verifier};
use huskarl_resource_server::core::Error as HuskarlError;
use huskarl_resource_server::core::http::{HttpClient, HttpResponse, Idempotency};
use huskarl_resource_server::validator::custom::CustomValidator;
use jsonwebtoken::jwk::{Jwk, JwkSet as JsonWebKeySet};
use jsonwebtoken::{Algorithm, DecodingKey};
use jwt_authorizer::{Authorizer, JwtAuthorizer};
use oauth_resource_server::{KeyNaming, OAuthConfig, OAuthValidator};
use serde::Deserialize;

use crate::{AUDIENCE, ISSUER};

type Pending<'v, T> = Pin<Box<dyn Future<Output = T> + Send + 'v>>;

/// The keys of an issuer.
pub(crate) enum Keys<'k> {
    Secret(&'k str),
    /// A JWK Set.
    Set(&'k str),
}

/// What a service reads from each token.
#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "only deserialized, as a service would")]
pub(crate) struct Claims {
    sub: String,
    email: Option<String>,
    exp: u64,
}

pub(crate) enum Candidate {
    AuthCore(Box<Verifier>),
    JsonWebToken(Vec<(Option<String>, DecodingKey, jsonwebtoken::Validation)>),
    JwtAuthorizer(Box<Authorizer<Claims>>),
    OAuthResourceServer(Box<OAuthValidator>),
    Huskarl(Box<CustomValidator>),
}

/// The names and versions, in the order of the tables.
pub(crate) const NAMES: [&str; 5] =
    ["auth-core", "jsonwebtoken", "jwt-authorizer", "oauth-resource-server", "huskarl-resource-server"];

impl Candidate {
    /// Returns `None` if the crate has no verifier for keys of this kind, and its error if it rejects the keys.
    pub(crate) async fn new(name: &str, keys: &Keys<'_>) -> Option<Result<Self, Box<dyn Error>>> {
        Some(match (name, keys) {
            ("auth-core", keys) => auth_core(keys),
            ("jsonwebtoken", keys) => json_web_token(keys),
            ("jwt-authorizer", keys) => jwt_authorizer(keys).await,
            ("oauth-resource-server", Keys::Set(document)) => oauth_resource_server(document),
            ("huskarl-resource-server", Keys::Set(document)) => huskarl(document).await,
            _ => return None,
        })
    }

    /// Verifies one token. `headers` has it as a bearer token: one of the crates takes a request.
    pub(crate) fn accepts<'v>(&'v self, token: &'v str, headers: &'v http::HeaderMap) -> Pending<'v, bool> {
        match self {
            Self::AuthCore(verifier) => Box::pin(async { verifier.verify(token).await.is_ok() }),
            Self::JsonWebToken(keys) => Box::pin(async { verify_with_json_web_token(keys, token) }),
            Self::JwtAuthorizer(authorizer) => Box::pin(async { authorizer.check_auth(token).await.is_ok() }),
            Self::OAuthResourceServer(validator) => Box::pin(async { validator.validate(token).await.is_ok() }),
            Self::Huskarl(validator) => Box::pin(async {
                let uri = http::Uri::from_static("https://api.example/tasks");
                let result = validator.validate_request(headers, &http::Method::GET, &uri, None).await;
                matches!(result.outcome, Ok(Some(_)))
            }),
        }
    }
}

fn auth_core(keys: &Keys<'_>) -> Result<Candidate, Box<dyn Error>> {
    let validation = Validation::new().issuer(ISSUER).audience(AUDIENCE);
    let verifier = match keys {
        Keys::Secret(secret) => Verifier::new(SharedSecret::parse(secret)?, validation)?,
        Keys::Set(document) => Verifier::new(JwkSet::parse(document)?, validation)?,
    };
    Ok(Candidate::AuthCore(Box::new(verifier)))
}

fn validation(algorithm: Algorithm) -> jsonwebtoken::Validation {
    let mut validation = jsonwebtoken::Validation::new(algorithm);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.validate_nbf = true;
    validation
}

/// As its documentation shows: the key with the header's `kid`, with the algorithm of the key.
fn json_web_token(keys: &Keys<'_>) -> Result<Candidate, Box<dyn Error>> {
    let keys = match keys {
        Keys::Secret(secret) => {
            vec![(None, DecodingKey::from_secret(secret.as_bytes()), validation(Algorithm::HS256))]
        }
        Keys::Set(document) => {
            let set: JsonWebKeySet = serde_json::from_str(document)?;
            set.keys.iter().filter_map(decoding_key).collect()
        }
    };
    Ok(Candidate::JsonWebToken(keys))
}

fn decoding_key(jwk: &Jwk) -> Option<(Option<String>, DecodingKey, jsonwebtoken::Validation)> {
    let algorithm = jwk.common.key_algorithm.map_or("RS256".to_owned(), |algorithm| algorithm.to_string());
    let key = DecodingKey::from_jwk(jwk).ok()?;
    Some((jwk.common.key_id.clone(), key, validation(algorithm.parse().ok()?)))
}

fn verify_with_json_web_token(
    keys: &[(Option<String>, DecodingKey, jsonwebtoken::Validation)],
    token: &str,
) -> bool {
    let key = match keys {
        [(None, ..)] => &keys[0],
        _ => {
            let Ok(header) = jsonwebtoken::decode_header(token) else { return false };
            let Some(key) = keys.iter().find(|(kid, ..)| *kid == header.kid) else { return false };
            key
        }
    };
    jsonwebtoken::decode::<Claims>(token, &key.1, &key.2).is_ok()
}

async fn jwt_authorizer(keys: &Keys<'_>) -> Result<Candidate, Box<dyn Error>> {
    let builder: JwtAuthorizer<Claims> = match keys {
        Keys::Secret(secret) => JwtAuthorizer::from_secret(secret),
        Keys::Set(document) => JwtAuthorizer::from_jwks_text(document),
    };
    let validation = jwt_authorizer::Validation::new().iss(&[ISSUER]).aud(&[AUDIENCE]).nbf(true);
    Ok(Candidate::JwtAuthorizer(Box::new(builder.validation(validation).build().await?)))
}

/// With every algorithm of the tokens. Its set is never fetched here: it starts with this one.
fn oauth_resource_server(document: &str) -> Result<Candidate, Box<dyn Error>> {
    let config = OAuthConfig {
        enabled: true,
        issuer: ISSUER.into(),
        jwks_uri: Some("http://127.0.0.1:9/jwks".into()),
        audience: AUDIENCE.into(),
        resource: AUDIENCE.into(),
        algorithms: ["EdDSA", "ES256", "RS256", "PS256"].map(String::from).into(),
        allow_unscoped_tokens: true,
        allow_insecure_http: true,
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth"))?.ok_or("not enabled")?;
    let validator = OAuthValidator::builder(&config).initial_jwks(document).build()?;
    Ok(Candidate::OAuthResourceServer(Box::new(validator)))
}

/// Serves one document to every request.
struct StaticDocument(String);

impl HttpClient for StaticDocument {
    fn execute(
        &self,
        _: http::Request<bytes::Bytes>,
        _: Idempotency,
    ) -> Pending<'_, Result<HttpResponse, HuskarlError>> {
        let mut headers = http::HeaderMap::new();
        headers.insert(http::header::CONTENT_TYPE, http::HeaderValue::from_static("application/json"));
        let response = HttpResponse { status: http::StatusCode::OK, headers, body: self.0.clone().into() };
        Box::pin(async { Ok(response) })
    }
}

/// Not its validator for RFC 9068: the tokens of Better Auth have no `typ`, `client_id` and `jti`.
async fn huskarl(document: &str) -> Result<Candidate, Box<dyn Error>> {
    let validator = CustomValidator::builder()
        .iss(ISSUER)
        .aud(AUDIENCE)
        .require_jti(false)
        .jwks_uri("https://app.example/jwks".parse()?)
        .jwks_source(StaticDocument(document.to_owned()))
        .build()
        .await?;
    Ok(Candidate::Huskarl(Box::new(validator)))
}
