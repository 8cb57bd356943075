use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Url, header::DATE};
use todo_store::Database;

use super::{block_on, http_client, print_stdout};
use crate::settings::{AuthSettings, DatabaseSettings, Settings};

/// Time for the issuer to answer the request whose `Date` is compared.
const ISSUER_TIMEOUT: Duration = Duration::from_secs(5);

/// The finding of a check, or the reason of its failure.
type CheckResult = anyhow::Result<String>;

/// Checks settings, database, keys and clock without changing anything. Fails if a check fails.
pub(crate) fn doctor(settings: &Settings) -> anyhow::Result<()> {
    let results = block_on(async {
        Ok([
            ("settings", Ok("valid: todo-server check-config prints them".to_owned())),
            ("database", check_database(&settings.database).await),
            ("keys", check_keys(&settings.auth).await),
            ("revocations", check_revocations(&settings.auth).await),
            ("clock", check_clock(&settings.auth).await),
        ])
    })?;
    let mut failed = 0;
    for (subject, result) in results {
        match result {
            Ok(finding) => print_stdout(&format!("ok   {subject:11} {finding}\n"))?,
            Err(error) => {
                failed += 1;
                print_stdout(&format!("FAIL {subject:11} {error:#}\n"))?;
            }
        }
    }
    ensure!(failed == 0, "{failed} checks failed");
    Ok(())
}

/// Opens the database and compares its schema. Does not create a file that does not exist.
async fn check_database(settings: &DatabaseSettings) -> CheckResult {
    let url = settings.url()?;
    if url.will_be_created() {
        return Ok("the file does not exist: the first start creates it".to_owned());
    }
    let database = Database::open(&url, 1).await.context("DATABASE_URL")?;
    let pending = migrations::pending(database.writer()).await;
    database.close().await;
    let pending = pending.context("the schema cannot be read: is DATABASE_URL the right database?")?;
    Ok(match pending.len() {
        0 => "reachable, the schema is up to date".to_owned(),
        _ => format!("reachable, the next start applies {}", pending.join(", ")),
    })
}

async fn check_keys(auth: &AuthSettings) -> CheckResult {
    let keys = auth.keys()?;
    let mut kinds = Vec::new();
    if keys.shared_secrets.is_some() {
        kinds.push("the shared secret".to_owned());
    }
    if let Some(set) = &keys.jwk_set {
        kinds.push(format!("{} keys of the JWK Set in TODO__AUTH__JWKS_FILE", set.len()));
    }
    if let Some(set) = &keys.remote_jwk_set {
        set.prefetch().await.context(
            "the JWK Set at TODO__AUTH__JWKS_URL is unreachable or has no usable key: is the issuer running, and is the URL right?",
        )?;
        kinds.push("the JWK Set at TODO__AUTH__JWKS_URL".to_owned());
    }
    Ok(format!("tokens are verified with {}", kinds.join(" and ")))
}

async fn check_revocations(auth: &AuthSettings) -> CheckResult {
    let Some(list) = auth.revocations(&auth.keys()?)? else {
        return Ok("off: a token is valid until it expires, unless TODO__AUTH__REVOCATIONS_URL is set".to_owned());
    };
    list.prefetch().await.context(
        "the list at TODO__AUTH__REVOCATIONS_URL is unreachable or not signed with these keys for this issuer and audience: \
        is the web app running, and is the URL right?",
    )?;
    Ok(format!("the list has {} entries", list.len()))
}

/// Compares the clock with the issuer's `Date` header, which has a resolution of one second (RFC 9110 §6.6.1).
async fn check_clock(auth: &AuthSettings) -> CheckResult {
    let Some(url) = auth.jwks_url.as_ref().or(auth.issuer.as_ref()).and_then(|url| Url::parse(url).ok()) else {
        return Ok("not compared: neither TODO__AUTH__JWKS_URL nor TODO__AUTH__ISSUER is a URL".to_owned());
    };
    let response = match http_client(ISSUER_TIMEOUT)?.get(url).send().await {
        Ok(response) => response,
        Err(_) if auth.jwks_url.is_none() => return Ok("not compared: the issuer does not respond".to_owned()),
        Err(_) => bail!("not compared: the issuer does not respond"),
    };
    let date = response.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let date = date.context("not compared: the issuer's response has no Date header")?;
    let now = SystemTime::now();
    let difference = now.duration_since(date).or_else(|_| date.duration_since(now)).unwrap_or_default().as_secs();
    let leeway = auth.leeway_seconds;
    ensure!(
        difference <= leeway + 1,
        "differs by {difference} s from the issuer's, {leeway} s are allowed: synchronize the clocks of both machines by NTP"
    );
    Ok(format!("differs by {difference} s from the issuer's, {leeway} s are allowed"))
}
