//! oauth-resource-server, which refuses shared secrets. It returns the claims as a JSON object.

use std::error::Error;

use oauth_resource_server::{KeyNaming, OAuthConfig, OAuthValidator};

use crate::{AUDIENCE, ISSUER};

pub(super) fn validator(document: &str) -> Result<OAuthValidator, Box<dyn Error>> {
    let config = OAuthConfig {
        enabled: true,
        issuer: ISSUER.into(),
        audience: AUDIENCE.into(),
        resource: AUDIENCE.into(),
        // The set is never fetched: the validator starts with the document.
        jwks_uri: Some("http://127.0.0.1:9/jwks".into()),
        algorithms: ["EdDSA", "ES256", "RS256", "PS256"].map(String::from).into(),
        leeway_secs: 0,
        // Makes `iat` required and checked.
        max_token_age_secs: Some(86_400),
        // Better Auth's tokens have no scope and no `typ`, so neither a scope nor `at+jwt` can be required.
        allow_unscoped_tokens: true,
        ..OAuthConfig::default()
    };
    let config = config.resolve(KeyNaming::Dotted("oauth"))?.ok_or("not enabled")?;
    Ok(OAuthValidator::builder(&config).initial_jwks(document).build()?)
}
