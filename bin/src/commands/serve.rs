use std::{
    io,
    net::TcpListener,
    time::{Duration, SystemTime},
};

use anyhow::{Context as _, bail};
use api_http::{ApiConfig, Authorizer, RateLimit};
use todo_domain::Timestamp;
use todo_store::{Database, Store};
use tracing::{info, warn};

use super::{block_on, open};
use crate::{
    settings::{Auth, Http, Settings},
    stop, telemetry,
};

/// How long a repeated `Idempotency-Key` gets the first answer, and how often older ones are forgotten.
const KEYS_LIVE: Duration = Duration::from_hours(24);
const HOUSEKEEPING: Duration = Duration::from_hours(1);

/// Serves until it is told to stop.
pub(crate) fn serve(settings: Settings, no_migrate: bool) -> anyhow::Result<()> {
    telemetry::start(&settings.log)?;
    warn_of_open_policy(&settings.auth);
    let listener = bind(&settings.http)?;
    block_on(async move {
        let stopped = stop::signalled().context("signals cannot be received")?;
        let database = open(&settings.database).await?;
        bring_up_to_date(&database, no_migrate).await?;
        let store = Store::new(database);
        if let Some(jwks) = settings.auth.jwks_url.clone() {
            // A service that starts before its issuer answers 503 until then, rather than not starting.
            tokio::spawn(async move { jwks.prefetch().await });
        }
        let verifier = settings.auth.verifier()?;
        let rate_limit = settings.http.requests_per_minute.map(RateLimit::per_minute);
        let config = ApiConfig {
            authorizer: Authorizer::new(verifier, store.clone(), rate_limit),
            allowed_origins: settings.http.allowed_origins,
        };
        let housekeeping = tokio::spawn(forget_old_keys(store.clone()));
        info!(address = %listener.local_addr()?, "serving");
        api_http::serve(listener, config, stopped)?.await.context("the server failed")?;
        housekeeping.abort();
        store.close().await;
        info!("stopped");
        Ok(())
    })
}

fn bind(http: &Http) -> anyhow::Result<TcpListener> {
    let address = format!("{}:{}", http.host, http.port);
    TcpListener::bind((http.host.as_str(), http.port)).map_err(|error| match error.kind() {
        io::ErrorKind::AddrInUse => {
            anyhow::anyhow!("{address} is in use: stop what listens there, or set PORT to another port")
        }
        io::ErrorKind::PermissionDenied => anyhow::anyhow!("{address} may not be used: set PORT to one above 1023"),
        io::ErrorKind::AddrNotAvailable => anyhow::anyhow!("{address} is no address of this machine: correct HOST"),
        _ => anyhow::Error::new(error).context(format!("{address} cannot be listened on")),
    })
}

async fn bring_up_to_date(database: &Database, no_migrate: bool) -> anyhow::Result<()> {
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

/// Says once what the operator has left open.
fn warn_of_open_policy(auth: &Auth) {
    let unset: Vec<&str> = [("issuer", &auth.issuer), ("audience", &auth.audience)]
        .into_iter()
        .filter_map(|(claim, setting)| setting.is_none().then_some(claim))
        .collect();
    if !unset.is_empty() {
        warn!(
            unset = unset.join(", "),
            "tokens of any issuer or audience signed with the secret are accepted: set TODO__AUTH__ISSUER and TODO__AUTH__AUDIENCE"
        );
    }
}

async fn forget_old_keys(store: Store) {
    let mut hourly = tokio::time::interval(HOUSEKEEPING);
    loop {
        hourly.tick().await;
        let before = SystemTime::now().checked_sub(KEYS_LIVE).map_or(Timestamp::from_micros(0), Timestamp::from);
        match store.delete_idempotency_keys_before(before).await {
            Ok(forgotten) => info!(forgotten, "old idempotency keys are gone"),
            Err(error) => warn!(%error, "old idempotency keys stay until the next try"),
        }
    }
}
