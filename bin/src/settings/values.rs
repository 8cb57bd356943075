use std::{
    fmt::Display,
    io::{IsTerminal, stderr},
    num::NonZeroU32,
    ops::RangeInclusive,
    path::Path,
    str::FromStr,
};

use auth_core::{Policy, SharedSecret, SharedSecrets};
use config::Config;
use tracing_subscriber::EnvFilter;

use super::{
    Auth, Database, Http, Log, LogFormat, Settings, SettingsError,
    keys::{self, KEYS, Key},
    load::load,
};

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
        for key in [&keys::JWKS_URL, &keys::JWKS_FILE] {
            if self.text(key)?.is_some() {
                return Err(SettingsError::of(
                    key,
                    "JWK Sets are not supported by this version: unset it and use BETTER_AUTH_SECRET",
                ));
            }
        }
        for key in [&keys::JWKS_COOLDOWN, &keys::JWKS_MAX_AGE, &keys::JWKS_STALE] {
            self.number(key, 1..=31_536_000)?;
        }
        let (issuer, audience) = (self.text(&keys::ISSUER)?, self.text(&keys::AUDIENCE)?);
        let leeway = self.number(&keys::LEEWAY, 0..=60)?.unwrap_or_default();
        let mut policy =
            Policy::new().leeway_seconds(leeway).map_err(|error| SettingsError::of(&keys::LEEWAY, error))?;
        if let Some(issuer) = &issuer {
            policy = policy.issuer(issuer);
        }
        if let Some(audience) = &audience {
            policy = policy.audience(audience);
        }
        Ok(Auth { secrets: self.secrets()?, issuer, audience, policy })
    }

    /// The versioned secrets, newest first, and behind them the plain one.
    fn secrets(&self) -> Result<SharedSecrets, SettingsError> {
        let plain = self.parsed::<SharedSecret>(&keys::SECRET)?;
        let versioned = self.parsed::<SharedSecrets>(&keys::SECRETS)?;
        match (versioned, plain) {
            (Some(versioned), Some(plain)) => Ok(versioned.and_last(plain)),
            (Some(secrets), None) => Ok(secrets),
            (None, Some(plain)) => Ok(plain.into()),
            (None, None) => Err(SettingsError::of(
                &keys::SECRET,
                "is missing: set it to the secret of your Better Auth application, or make one with: openssl rand -base64 32",
            )),
        }
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
