use std::{
    fmt::Display,
    fs,
    io::{IsTerminal, stderr},
    num::NonZeroU32,
    ops::RangeInclusive,
    path::Path,
    str::FromStr,
};

use auth_core::{JwkSet, RemoteJwkSet, RemoteJwkSetOptions, SharedSecret, SharedSecrets, Validation};
use config::Config;
use tracing_subscriber::EnvFilter;

use super::{
    Auth, Database, Http, Log, LogFormat, Settings, SettingsError,
    keys::{self, KEYS, Key},
    load::load,
};

/// How many tokens of a JWK Set are known again: some 2 MB, and 36 µs or more spared for each request that brings one.
const REMEMBERED_TOKENS: usize = 4096;

impl Settings {
    /// All settings, or the first that cannot be used.
    pub(crate) fn load(file: Option<&Path>) -> Result<Self, SettingsError> {
        let given = Given(load(file)?);
        Ok(Self {
            auth: given.auth()?,
            database: given.database()?,
            http: given.http()?,
            log: given.log()?,
            shown: KEYS.iter().map(|key| Ok((key, given.shown(key)?))).collect::<Result<_, _>>()?,
        })
    }
}

/// The values as they were given.
struct Given(Config);

impl Given {
    fn auth(&self) -> Result<Auth, SettingsError> {
        let (issuer, audience) = (self.text(&keys::ISSUER)?, self.text(&keys::AUDIENCE)?);
        let leeway_seconds = self.number(&keys::LEEWAY, 0..=60)?.unwrap_or_default();
        let policy = Validation::new().leeway_seconds(leeway_seconds);
        let mut policy = policy.map_err(|error| SettingsError::of(&keys::LEEWAY, error))?;
        if let Some(issuer) = &issuer {
            policy = policy.issuer(issuer);
        }
        if let Some(audience) = &audience {
            policy = policy.audience(audience);
        }
        let auth = Auth {
            secrets: self.secrets()?,
            jwks_file: self.jwks_file()?,
            jwks_url: self.jwks_url()?,
            jwks_address: self.text(&keys::JWKS_URL)?,
            issuer,
            audience,
            leeway_seconds,
            policy,
        };
        if auth.secrets.is_none() && !auth.has_jwks() {
            return Err(SettingsError::of(
                &keys::SECRET,
                "is missing: set it to the secret of your Better Auth application, or make one with: openssl rand -base64 32 \
                (or set TODO__AUTH__JWKS_URL to verify with its JWK Set)",
            ));
        }
        for (key, value) in [(&keys::ISSUER, &auth.issuer), (&keys::AUDIENCE, &auth.audience)] {
            if auth.has_jwks() && value.is_none() {
                return Err(SettingsError::of(
                    key,
                    "is missing: with a JWK Set both issuer and audience must be set, to the token's iss and aud \
                    (Better Auth writes its base URL into both unless told otherwise)",
                ));
            }
        }
        Ok(auth)
    }

    fn jwks_file(&self) -> Result<Option<JwkSet>, SettingsError> {
        let Some(path) = self.text(&keys::JWKS_FILE)? else { return Ok(None) };
        let document = fs::read_to_string(&path)
            .map_err(|error| SettingsError::of(&keys::JWKS_FILE, format!("{path:?} cannot be read: {error}")))?;
        let set: JwkSet = parse(&keys::JWKS_FILE, &document)?;
        Ok(Some(set.with_signature_cache(REMEMBERED_TOKENS)))
    }

    /// Nothing is fetched yet.
    fn jwks_url(&self) -> Result<Option<RemoteJwkSet>, SettingsError> {
        let year = 1..=31_536_000;
        let cooldown = self.number(&keys::JWKS_COOLDOWN, year.clone())?.unwrap_or_default();
        let max_age = self.number(&keys::JWKS_MAX_AGE, year.clone())?.unwrap_or_default();
        let stale = self.number(&keys::JWKS_STALE, year)?.unwrap_or_default();
        if stale < max_age {
            return Err(SettingsError::of(&keys::JWKS_STALE, "must not be less than TODO__AUTH__JWKS_MAX_AGE_SECONDS"));
        }
        let options = RemoteJwkSetOptions::new()
            .cooldown_seconds(cooldown)
            .max_age_seconds(max_age)
            .max_stale_seconds(stale)
            .signature_cache_capacity(REMEMBERED_TOKENS);
        let Some(url) = self.text(&keys::JWKS_URL)? else { return Ok(None) };
        RemoteJwkSet::new(&url, options).map(Some).map_err(|error| SettingsError::of(&keys::JWKS_URL, error))
    }

    /// The versioned secrets, newest first, and behind them the plain one.
    fn secrets(&self) -> Result<Option<SharedSecrets>, SettingsError> {
        let plain = self.parsed::<SharedSecret>(&keys::SECRET)?;
        let versioned = self.parsed::<SharedSecrets>(&keys::SECRETS)?;
        Ok(match (versioned, plain) {
            (Some(versioned), Some(plain)) => Some(versioned.with_fallback(plain)),
            (versioned, plain) => versioned.or(plain.map(SharedSecrets::from)),
        })
    }

    fn database(&self) -> Result<Database, SettingsError> {
        Ok(Database {
            url: self.required(&keys::DATABASE_URL)?,
            max_connections: self.number(&keys::MAX_CONNECTIONS, 1..=1000)?.unwrap_or(1),
        })
    }

    fn http(&self) -> Result<Http, SettingsError> {
        let origins = self.text(&keys::ALLOWED_ORIGINS)?.unwrap_or_default();
        let origins = origins.split(',').map(str::trim).filter(|origin| !origin.is_empty());
        Ok(Http {
            host: self.required(&keys::HOST)?,
            port: self.number(&keys::PORT, 0..=65_535)?.unwrap_or_default(),
            allowed_origins: origins.map(|origin| parse(&keys::ALLOWED_ORIGINS, origin)).collect::<Result<_, _>>()?,
            requests_per_minute: self.number(&keys::REQUESTS_PER_MINUTE, 1..=1_000_000)?.and_then(NonZeroU32::new),
        })
    }

    fn log(&self) -> Result<Log, SettingsError> {
        let filter = self.text(&keys::LOG_FILTER)?.unwrap_or_default();
        EnvFilter::try_new(&filter).map_err(|error| SettingsError::of(&keys::LOG_FILTER, error))?;
        let format = match self.text(&keys::LOG_FORMAT)?.as_deref() {
            None if stderr().is_terminal() => LogFormat::Text,
            Some("text") => LogFormat::Text,
            None | Some("json") => LogFormat::Json,
            Some(_) => return Err(SettingsError::of(&keys::LOG_FORMAT, "must be text or json")),
        };
        Ok(Log { filter, format })
    }

    /// The value as text; nothing when it is absent or empty.
    fn text(&self, key: &Key) -> Result<Option<String>, SettingsError> {
        match self.0.get_string(key.name) {
            Ok(text) => Ok((!text.is_empty()).then_some(text)),
            Err(config::ConfigError::NotFound(_)) => Ok(None),
            Err(_) => Err(SettingsError::of(key, "must be one value, not a table or a list")),
        }
    }

    fn number<N: FromStr + PartialOrd + Display>(
        &self,
        key: &Key,
        range: RangeInclusive<N>,
    ) -> Result<Option<N>, SettingsError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let number = text.parse().ok().filter(|number| range.contains(number));
        let (least, most) = range.into_inner();
        number.map(Some).ok_or_else(|| {
            SettingsError::of(key, format!("must be a whole number from {least} to {most}, not {text:?}"))
        })
    }

    fn parsed<T: FromStr<Err: Display>>(&self, key: &Key) -> Result<Option<T>, SettingsError> {
        self.text(key)?.map(|text| parse(key, &text)).transpose()
    }

    fn required<T: FromStr<Err: Display>>(&self, key: &Key) -> Result<T, SettingsError> {
        self.parsed(key)?.ok_or_else(|| SettingsError::of(key, "is missing"))
    }

    fn shown(&self, key: &Key) -> Result<String, SettingsError> {
        Ok(match self.text(key)? {
            None => "(not set)".to_owned(),
            Some(_) if key.secret => "(set, not shown)".to_owned(),
            Some(value) => value,
        })
    }
}

fn parse<T: FromStr<Err: Display>>(key: &Key, text: &str) -> Result<T, SettingsError> {
    text.parse().map_err(|error| SettingsError::of(key, error))
}
