use std::{
    future::Future,
    io,
    net::TcpListener,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, anyhow, bail};
use api_http::{ApiConfig, Authorizer, SecurityEvents, ServerOptions};
use todo_domain::Timestamp;
use todo_store::{Database, Store};
use tracing::{info, warn};

use crate::{
    descriptor_limit,
    settings::{DatabaseSettings, HttpSettings, Settings},
};

/// How long a repeated `Idempotency-Key` returns the first result.
const IDEMPOTENCY_KEY_TTL: Duration = Duration::from_hours(7 * 24);

/// Time between two deletions of expired idempotency keys and of the uses of ended tokens.
const PURGE_INTERVAL: Duration = Duration::from_hours(1);

/// The service, ready to accept requests.
pub(crate) struct Application {
    listener: TcpListener,
    api: ApiConfig,
    server_options: ServerOptions,
    store: Store,
}

impl Application {
    /// Binds the listener, opens and migrates the database, and starts fetching the issuer's keys.
    pub(crate) async fn build(settings: &Settings, no_migrate: bool) -> anyhow::Result<Self> {
        let listener = bind(&settings.http)?;
        let server_options =
            ServerOptions { max_connections: settings.http.max_connections, ..ServerOptions::default() };
        descriptor_limit::raise_for(
            settings.http.max_connections.get().try_into()?,
            settings.database.max_connections.into(),
        );
        let database = open_database(&settings.database).await?;
        migrate_or_check(&database, no_migrate).await?;
        let store = Store::new(database);
        let keys = settings.auth.keys()?;
        if let Some(jwk_set) = keys.remote_jwk_set.clone() {
            // Does not delay the start: until the issuer is reachable, its tokens get 503.
            tokio::spawn(async move { jwk_set.prefetch().await });
        }
        let revocations = settings.auth.revocations(&keys)?;
        let verifier = settings.auth.verifier(keys)?;
        let authorizer = match revocations {
            Some(revocations) => {
                let first_fetch = revocations.clone();
                // Does not delay the start either. The log states why a list cannot be fetched.
                tokio::spawn(async move { first_fetch.prefetch().await });
                let verifier = verifier.with_revocations(revocations);
                Authorizer::new(verifier, store.clone(), settings.limits.user_limits())
                    .revoking_tokens_of_deleted_users()
            }
            None => Authorizer::new(verifier, store.clone(), settings.limits.user_limits()),
        };
        let api = ApiConfig {
            authorizer,
            allowed_origins: settings.http.allowed_origins()?,
            security_events: SecurityEvents::new(settings.http.trusted_proxies()?),
        };
        Ok(Self { listener, api, server_options, store })
    }

    /// Serves until `shutdown` completes, then finishes running requests and closes the database.
    pub(crate) async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> anyhow::Result<()> {
        let purge = tokio::spawn(purge_expired_rows(self.store.clone()));
        info!(address = %self.listener.local_addr()?, "serving");
        api_http::serve(self.listener, self.api, &self.server_options, shutdown)?.await.context("the server failed")?;
        purge.abort();
        self.store.close().await;
        info!("stopped");
        Ok(())
    }
}

/// Opens the configured database. Creates the directory and the file of an SQLite database if they do not exist.
pub(crate) async fn open_database(settings: &DatabaseSettings) -> anyhow::Result<Database> {
    let url = settings.url()?;
    url.create_directory().context("DATABASE_URL")?;
    Database::open(&url, settings.max_connections).await.context("DATABASE_URL")
}

fn bind(http: &HttpSettings) -> anyhow::Result<TcpListener> {
    let address = format!("{}:{}", http.host, http.port);
    TcpListener::bind((http.host.as_str(), http.port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow!("{address} is in use: stop the process that listens there, or set PORT to another port")
        }
        io::ErrorKind::PermissionDenied => anyhow!("{address} requires privileges: set PORT to a port above 1023"),
        io::ErrorKind::AddrNotAvailable => anyhow!("{address} is not an address of this machine: correct HOST"),
        _ => anyhow::Error::new(error).context(format!("cannot listen on {address}")),
    })
}

async fn migrate_or_check(database: &Database, no_migrate: bool) -> anyhow::Result<()> {
    if no_migrate {
        let pending = migrations::pending(database.writer()).await?;
        if !pending.is_empty() {
            bail!(
                "migrations are pending ({}): run todo-server migrate, or start without --no-migrate",
                pending.join(", ")
            );
        }
    } else {
        let applied = migrations::apply(database.writer()).await?;
        info!(applied, "the database is up to date");
    }
    Ok(())
}

async fn purge_expired_rows(store: Store) {
    let mut interval = tokio::time::interval(PURGE_INTERVAL);
    loop {
        interval.tick().await;
        let expired_before = SystemTime::now().checked_sub(IDEMPOTENCY_KEY_TTL);
        let expired_before = expired_before.map_or(Timestamp::from_micros(0), Timestamp::from);
        match store.delete_idempotency_keys_before(expired_before).await {
            Ok(deleted) => info!(forgotten = deleted, "expired idempotency keys deleted"),
            Err(error) => warn!(%error, "expired idempotency keys not deleted, next attempt in an hour"),
        }
        match store.delete_token_uses_expired_before(SystemTime::now().into()).await {
            Ok(deleted) => info!(deleted, "uses of ended tokens deleted"),
            Err(error) => warn!(%error, "uses of ended tokens not deleted, next attempt in an hour"),
        }
    }
}
