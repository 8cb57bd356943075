use std::sync::Arc;

use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode};
use serde::Deserialize;

use crate::{AppState, error::AppError};

/// Key and validation rules for access tokens, shared by all requests.
#[derive(Clone)]
pub struct TokenVerifier(Arc<(DecodingKey, Validation)>);

impl TokenVerifier {
    pub fn new(secret: &str, issuer: &str, audience: &str) -> Self {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.set_issuer(&[issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["exp", "sub", "iss", "aud"]);
        Self(Arc::new((DecodingKey::from_secret(secret.as_bytes()), validation)))
    }
}

#[derive(Deserialize)]
struct Claims {
    sub: String,
}

/// The authenticated user: the token's subject.
pub struct AuthenticatedUser(String);

impl AuthenticatedUser {
    /// Returns the user's id if it equals the id in the path.
    pub fn require(self, user_id: &str) -> Result<String, AppError> {
        if self.0 == user_id { Ok(self.0) } else { Err(AppError::Forbidden) }
    }
}

impl FromRequestParts<AppState> for AuthenticatedUser {
    type Rejection = AppError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, AppError> {
        let (key, validation) = &*state.verifier.0;
        let header = parts.headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
        let token = header.and_then(|value| value.strip_prefix("Bearer ")).ok_or(AppError::Unauthorized)?;
        let token = decode::<Claims>(token, key, validation).map_err(|_| AppError::Unauthorized)?;
        Ok(Self(token.claims.sub))
    }
}
