use std::{fs, ops::RangeInclusive, path::PathBuf, sync::OnceLock};

use auth_core::{
    JwkSet, RemoteJwkSet, RemoteJwkSetOptions, RemoteRevocationList, RemoteRevocationListOptions, SharedSecret,
    SharedSecrets, Validation, VerificationKeys, Verifier,
};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer, Serialize};

use super::{
    error::SettingsError,
    serde_helpers::{boolean, redacted, whole_number},
};

/// Tokens in the signature cache of a JWK Set: about 2 MB, and 36 µs or more saved for each request with a cached token.
const SIGNATURE_CACHE_CAPACITY: usize = 4096;

/// Bounds of the times of a remote JWK Set: one second to one year.
const JWKS_SECONDS: RangeInclusive<u64> = 1..=31_536_000;

/// Which tokens are accepted.
#[derive(Debug, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct AuthSettings {
    #[serde(serialize_with = "redacted")]
    secret: Option<SecretString>,
    #[serde(serialize_with = "redacted")]
    secrets: Option<SecretString>,
    pub(crate) jwks_url: Option<String>,
    jwks_file: Option<PathBuf>,
    #[serde(deserialize_with = "jwks_seconds")]
    jwks_cooldown_seconds: u64,
    #[serde(deserialize_with = "jwks_seconds")]
    jwks_max_age_seconds: u64,
    #[serde(deserialize_with = "jwks_seconds")]
    jwks_stale_seconds: u64,
    pub(crate) issuer: Option<String>,
    pub(crate) audience: Option<String>,
    #[serde(deserialize_with = "leeway_seconds")]
    pub(crate) leeway_seconds: u64,
    pub(crate) revocations_url: Option<String>,
    #[serde(deserialize_with = "boolean")]
    revocations_required: bool,
    /// Parsed when the settings are validated, and used by the command.
    #[serde(skip)]
    keys: OnceLock<AuthKeys>,
}

impl Default for AuthSettings {
    fn default() -> Self {
        Self {
            secret: None,
            secrets: None,
            jwks_url: None,
            jwks_file: None,
            jwks_cooldown_seconds: 5,
            jwks_max_age_seconds: 600,
            jwks_stale_seconds: 86_400,
            issuer: None,
            audience: None,
            leeway_seconds: 5,
            revocations_url: None,
            revocations_required: false,
            keys: OnceLock::new(),
        }
    }
}

fn jwks_seconds<'de, D: Deserializer<'de>>(value: D) -> Result<u64, D::Error> {
    whole_number(value, &JWKS_SECONDS)
}

fn leeway_seconds<'de, D: Deserializer<'de>>(value: D) -> Result<u64, D::Error> {
    whole_number(value, &(0..=60))
}

/// The configured keys, parsed. A clone of a remote set shares its keys.
#[derive(Clone, Debug)]
pub(crate) struct AuthKeys {
    pub(crate) shared_secrets: Option<SharedSecrets>,
    pub(crate) jwk_set: Option<JwkSet>,
    pub(crate) remote_jwk_set: Option<RemoteJwkSet>,
}

impl AuthSettings {
    /// The keys, parsed once; reads the JWK Set file. Fetches nothing.
    pub(crate) fn keys(&self) -> Result<AuthKeys, SettingsError> {
        if let Some(keys) = self.keys.get() {
            return Ok(keys.clone());
        }
        let keys = AuthKeys {
            shared_secrets: self.shared_secrets()?,
            jwk_set: self.jwk_set()?,
            remote_jwk_set: self.remote_jwk_set()?,
        };
        Ok(self.keys.get_or_init(|| keys).clone())
    }

    /// The verifier of these settings with the given keys.
    pub(crate) fn verifier(&self, keys: AuthKeys) -> Result<Verifier, SettingsError> {
        if keys.jwk_set.is_some() || keys.remote_jwk_set.is_some() {
            for (key, value) in [("auth.issuer", &self.issuer), ("auth.audience", &self.audience)] {
                if value.is_none() {
                    return Err(SettingsError::invalid(
                        key,
                        "is missing: with a JWK Set both issuer and audience must be set, to the token's iss and aud \
                        (by default Better Auth writes its base URL into both)",
                    ));
                }
            }
        }
        Verifier::new(verification_keys(keys)?, self.validation()?)
            .map_err(|error| SettingsError::new(error.to_string()))
    }

    /// The issuer's list of revocations, verified with the given keys. Fetches nothing.
    pub(crate) fn revocations(&self, keys: &AuthKeys) -> Result<Option<RemoteRevocationList>, SettingsError> {
        let Some(url) = &self.revocations_url else {
            if self.revocations_required {
                return Err(SettingsError::invalid(
                    "auth.revocations_required",
                    "is true without a list: set TODO__AUTH__REVOCATIONS_URL, which is <base URL>/api/auth/revocations",
                ));
            }
            return Ok(None);
        };
        let options = RemoteRevocationListOptions::new().required(self.revocations_required);
        RemoteRevocationList::new(url, verification_keys(keys.clone())?, &self.validation()?, options)
            .map(Some)
            .map_err(|error| SettingsError::invalid("auth.revocations_url", error))
    }

    fn validation(&self) -> Result<Validation, SettingsError> {
        let mut validation = Validation::new()
            .leeway_seconds(self.leeway_seconds)
            .map_err(|error| SettingsError::invalid("auth.leeway_seconds", error))?;
        if let Some(issuer) = &self.issuer {
            validation = validation.issuer(issuer);
        }
        if let Some(audience) = &self.audience {
            validation = validation.audience(audience);
        }
        Ok(validation)
    }

    /// The versioned secrets, newest first, then the plain one.
    fn shared_secrets(&self) -> Result<Option<SharedSecrets>, SettingsError> {
        let plain = self.secret.as_ref().map(|secret| SharedSecret::parse(secret.expose_secret())).transpose();
        let plain = plain.map_err(|error| SettingsError::invalid("auth.secret", error))?;
        let versioned = self.secrets.as_ref().map(|list| SharedSecrets::parse(list.expose_secret())).transpose();
        let versioned = versioned.map_err(|error| SettingsError::invalid("auth.secrets", error))?;
        Ok(match (versioned, plain) {
            (Some(versioned), Some(plain)) => Some(versioned.with_fallback(plain)),
            (versioned, plain) => versioned.or(plain.map(SharedSecrets::from)),
        })
    }

    fn jwk_set(&self) -> Result<Option<JwkSet>, SettingsError> {
        const KEY: &str = "auth.jwks_file";
        let Some(path) = &self.jwks_file else { return Ok(None) };
        let document = fs::read_to_string(path).map_err(|error| {
            SettingsError::invalid(
                KEY,
                format!("{} cannot be read: {error}; correct the path or its permissions", path.display()),
            )
        })?;
        let set = JwkSet::parse(&document).map_err(|error| SettingsError::invalid(KEY, error))?;
        Ok(Some(set.with_signature_cache(SIGNATURE_CACHE_CAPACITY)))
    }

    fn remote_jwk_set(&self) -> Result<Option<RemoteJwkSet>, SettingsError> {
        if self.jwks_stale_seconds < self.jwks_max_age_seconds {
            return Err(SettingsError::invalid(
                "auth.jwks_stale_seconds",
                "must not be less than TODO__AUTH__JWKS_MAX_AGE_SECONDS",
            ));
        }
        let options = RemoteJwkSetOptions::new()
            .cooldown_seconds(self.jwks_cooldown_seconds)
            .max_age_seconds(self.jwks_max_age_seconds)
            .max_stale_seconds(self.jwks_stale_seconds)
            .signature_cache_capacity(SIGNATURE_CACHE_CAPACITY);
        let set = self.jwks_url.as_ref().map(|url| RemoteJwkSet::new(url, options)).transpose();
        set.map_err(|error| SettingsError::invalid("auth.jwks_url", error))
    }
}

/// Merges the keys. At least one is required.
fn verification_keys(keys: AuthKeys) -> Result<VerificationKeys, SettingsError> {
    let kinds = [
        keys.shared_secrets.map(VerificationKeys::from),
        keys.jwk_set.map(VerificationKeys::from),
        keys.remote_jwk_set.map(VerificationKeys::from),
    ];
    kinds.into_iter().flatten().reduce(VerificationKeys::merge).ok_or_else(|| {
        SettingsError::invalid(
            "auth.secret",
            "is missing: set it to the secret of your Better Auth application, or make one with: openssl rand -base64 32 \
            (or set TODO__AUTH__JWKS_URL to verify with its JWK Set)",
        )
    })
}
