/// One setting: its name in `todo.toml`, its environment variable, and its default.
pub(crate) struct Key {
    pub(crate) name: &'static str,
    pub(crate) variable: &'static str,
    pub(crate) default: Option<&'static str>,
    /// Never shown, and may come from the file that `<variable>_FILE` names.
    pub(crate) secret: bool,
}

const fn key(name: &'static str, variable: &'static str, default: Option<&'static str>) -> Key {
    Key { name, variable, default, secret: false }
}

const fn secret(name: &'static str, variable: &'static str, default: Option<&'static str>) -> Key {
    Key { name, variable, default, secret: true }
}

pub(crate) const SECRET: Key = secret("auth.secret", "BETTER_AUTH_SECRET", None);
pub(crate) const SECRETS: Key = secret("auth.secrets", "BETTER_AUTH_SECRETS", None);
pub(crate) const JWKS_URL: Key = key("auth.jwks_url", "TODO__AUTH__JWKS_URL", None);
pub(crate) const JWKS_FILE: Key = key("auth.jwks_file", "TODO__AUTH__JWKS_FILE", None);
pub(crate) const JWKS_COOLDOWN: Key =
    key("auth.jwks_cooldown_seconds", "TODO__AUTH__JWKS_COOLDOWN_SECONDS", Some("30"));
pub(crate) const JWKS_MAX_AGE: Key = key("auth.jwks_max_age_seconds", "TODO__AUTH__JWKS_MAX_AGE_SECONDS", Some("600"));
pub(crate) const JWKS_STALE: Key = key("auth.jwks_stale_seconds", "TODO__AUTH__JWKS_STALE_SECONDS", Some("86400"));
pub(crate) const ISSUER: Key = key("auth.issuer", "TODO__AUTH__ISSUER", None);
pub(crate) const AUDIENCE: Key = key("auth.audience", "TODO__AUTH__AUDIENCE", None);
pub(crate) const LEEWAY: Key = key("auth.leeway_seconds", "TODO__AUTH__LEEWAY_SECONDS", Some("5"));
pub(crate) const DATABASE_URL: Key = secret("database.url", "DATABASE_URL", Some("sqlite://data/todo.db?mode=rwc"));
pub(crate) const MAX_CONNECTIONS: Key = key("database.max_connections", "TODO__DATABASE__MAX_CONNECTIONS", Some("16"));
pub(crate) const HOST: Key = key("http.host", "HOST", Some("127.0.0.1"));
pub(crate) const PORT: Key = key("http.port", "PORT", Some("8000"));
pub(crate) const ALLOWED_ORIGINS: Key = key("http.allowed_origins", "TODO__HTTP__ALLOWED_ORIGINS", None);
pub(crate) const REQUESTS_PER_MINUTE: Key = key("http.requests_per_minute", "TODO__HTTP__REQUESTS_PER_MINUTE", None);
pub(crate) const LOG_FILTER: Key = key("log.filter", "RUST_LOG", Some("info"));
pub(crate) const LOG_FORMAT: Key = key("log.format", "TODO__LOG__FORMAT", None);

/// Every setting there is.
pub(crate) static KEYS: [Key; 18] = [
    SECRET,
    SECRETS,
    JWKS_URL,
    JWKS_FILE,
    JWKS_COOLDOWN,
    JWKS_MAX_AGE,
    JWKS_STALE,
    ISSUER,
    AUDIENCE,
    LEEWAY,
    DATABASE_URL,
    MAX_CONNECTIONS,
    HOST,
    PORT,
    ALLOWED_ORIGINS,
    REQUESTS_PER_MINUTE,
    LOG_FILTER,
    LOG_FORMAT,
];
