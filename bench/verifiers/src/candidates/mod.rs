//! One interface to all verifiers. Each is configured as strictly as its documentation allows for the tokens of Better Auth: issuer,
//! audience, algorithms and required claims, no leeway, token types where it checks them.

mod auth_core;
mod huskarl;
mod json_web_token;
mod jwt_authorizer;
mod oauth_resource_server;

use std::error::Error;

use serde::Deserialize;
use serde::de::IgnoredAny;

/// The keys of an issuer.
pub(crate) enum Keys<'k> {
    Secret(&'k str),
    /// A JWK Set.
    Set(&'k str),
}

/// A token, and the request header that has it: one of the crates takes a request.
pub(crate) struct BearerToken {
    token: String,
    headers: http::HeaderMap,
}

impl BearerToken {
    /// Returns `None` if no header can have this token.
    pub(crate) fn new(token: &str) -> Option<Self> {
        let value = format!("Bearer {token}").parse().ok()?;
        Some(Self { token: token.to_owned(), headers: [(http::header::AUTHORIZATION, value)].into_iter().collect() })
    }
}

/// What a service reads from a token beside the registered claims.
#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "only deserialized, as a service would")]
pub(crate) struct PrivateClaims {
    email: Option<String>,
    role: Option<String>,
}

/// The same for crates that return no registered claims by themselves. `iss` and `aud` are members because jwt-authorizer cannot
/// require them otherwise.
#[derive(Clone, Deserialize)]
#[expect(dead_code, reason = "only deserialized, as a service would")]
pub(crate) struct Claims {
    sub: String,
    iss: IgnoredAny,
    aud: IgnoredAny,
    email: Option<String>,
    role: Option<String>,
}

/// The crates, in the order of the tables.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Crate {
    /// `Verifier::verify`, without private claims.
    AuthCore,
    /// `Verifier::verify_as`.
    AuthCoreTyped,
    JsonWebToken,
    JwtAuthorizer,
    OAuthResourceServer,
    Huskarl,
}

impl Crate {
    pub(crate) const ALL: [Self; 6] = [
        Self::AuthCore,
        Self::AuthCoreTyped,
        Self::JsonWebToken,
        Self::JwtAuthorizer,
        Self::OAuthResourceServer,
        Self::Huskarl,
    ];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::AuthCore => "auth-core",
            Self::AuthCoreTyped => "auth-core, typed claims",
            Self::JsonWebToken => "jsonwebtoken",
            Self::JwtAuthorizer => "jwt-authorizer",
            Self::OAuthResourceServer => "oauth-resource-server",
            Self::Huskarl => "huskarl-resource-server",
        }
    }
}

/// A configured verifier.
pub(crate) enum Candidate {
    AuthCore(Box<::auth_core::Verifier>),
    AuthCoreTyped(Box<::auth_core::Verifier>),
    JsonWebToken(Box<json_web_token::Keys>),
    JwtAuthorizer(Box<::jwt_authorizer::Authorizer<Claims>>),
    OAuthResourceServer(Box<::oauth_resource_server::OAuthValidator>),
    Huskarl(Box<huskarl::Validator>),
}

impl Candidate {
    /// Returns `None` if the crate supports no keys of this kind, and its error if it rejects these keys.
    pub(crate) async fn new(of: Crate, keys: &Keys<'_>) -> Result<Option<Self>, Box<dyn Error>> {
        Ok(Some(match (of, keys) {
            (Crate::AuthCore, _) => Self::AuthCore(Box::new(auth_core::verifier(keys)?)),
            (Crate::AuthCoreTyped, _) => Self::AuthCoreTyped(Box::new(auth_core::verifier(keys)?)),
            (Crate::JsonWebToken, _) => Self::JsonWebToken(Box::new(json_web_token::Keys::new(keys)?)),
            (Crate::JwtAuthorizer, _) => Self::JwtAuthorizer(Box::new(jwt_authorizer::authorizer(keys).await?)),
            (Crate::OAuthResourceServer, Keys::Secret(_)) => return Ok(None),
            (Crate::OAuthResourceServer, Keys::Set(document)) => {
                Self::OAuthResourceServer(Box::new(oauth_resource_server::validator(document)?))
            }
            (Crate::Huskarl, _) => Self::Huskarl(Box::new(huskarl::validator(keys).await?)),
        }))
    }

    /// Verifies one token.
    pub(crate) async fn accepts(&self, token: &BearerToken) -> bool {
        match self {
            Self::AuthCore(verifier) => verifier.verify(&token.token).await.is_ok(),
            Self::AuthCoreTyped(verifier) => verifier.verify_as::<PrivateClaims>(&token.token).await.is_ok(),
            Self::JsonWebToken(keys) => keys.decode(&token.token).is_ok(),
            Self::JwtAuthorizer(authorizer) => authorizer.check_auth(&token.token).await.is_ok(),
            Self::OAuthResourceServer(validator) => validator.validate(&token.token).await.is_ok(),
            Self::Huskarl(validator) => huskarl::accepts(validator, &token.headers).await,
        }
    }
}
