use std::time::{Duration, SystemTime};

use anyhow::{Context as _, bail, ensure};
use reqwest::{Client, Url, header::DATE, redirect};

use super::{block_on, print};
use crate::settings::{Auth, Database, Settings};

/// How long the issuer may take to say what time it is.
const PATIENCE: Duration = Duration::from_secs(5);

/// What one look found: said in either case, and what is wrong makes the doctor fail.
type Finding = anyhow::Result<String>;

/// Looks at everything that the service depends on, changing nothing, and says of each whether it is well.
pub(crate) fn doctor(settings: &Settings) -> anyhow::Result<()> {
    let findings = block_on(async {
        Ok([
            ("settings", Ok("all can be used: todo-server check-config shows them".to_owned())),
            ("database", database(&settings.database).await),
            ("keys", keys(&settings.auth).await),
            ("clock", clock(&settings.auth).await),
        ])
    })?;
    let mut ill = 0;
    for (what, finding) in findings {
        match finding {
            Ok(said) => print(&format!("ok   {what:9} {said}\n"))?,
            Err(error) => {
                ill += 1;
                print(&format!("BAD  {what:9} {error:#}\n"))?;
            }
        }
    }
    ensure!(ill == 0, "{ill} of the above want mending");
    Ok(())
}

/// Whether it can be opened and its schema is this program's. A file that is not there yet is not made.
async fn database(database: &Database) -> Finding {
    if database.url.will_be_created() {
        return Ok("the file is not there yet: the first start makes it".to_owned());
    }
    let open = todo_store::Database::open(&database.url, 1).await.context("DATABASE_URL")?;
    let pending = migrations::pending(open.writer()).await;
    open.close().await;
    let pending = pending.context("the schema cannot be read: is this the right database?")?;
    Ok(match pending.len() {
        0 => "answers, and its schema is up to date".to_owned(),
        _ => format!("answers; the next start applies {}", pending.join(", ")),
    })
}

async fn keys(auth: &Auth) -> Finding {
    let mut kinds = Vec::new();
    if auth.secrets.is_some() {
        kinds.push("the shared secret".to_owned());
    }
    if let Some(set) = &auth.jwks_file {
        kinds.push(format!("{} of the JWK Set in TODO__AUTH__JWKS_FILE", set.len()));
    }
    if let Some(jwks) = &auth.jwks_url {
        jwks.prefetch().await.context(
            "the JWK Set at TODO__AUTH__JWKS_URL cannot be had, or holds no usable key: does the issuer run, and is the URL right?",
        )?;
        kinds.push("the JWK Set at TODO__AUTH__JWKS_URL".to_owned());
    }
    Ok(format!("tokens are verified with {}", kinds.join(" and ")))
}

/// Whether this machine and the issuer agree on the time, as far as a `Date` in whole seconds can tell (RFC 9110 §6.6.1).
async fn clock(auth: &Auth) -> Finding {
    let Some(url) = auth.jwks_address.as_ref().or(auth.issuer.as_ref()).and_then(|url| Url::parse(url).ok()) else {
        return Ok("not compared: neither a JWK Set nor an issuer has an address".to_owned());
    };
    let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(PATIENCE).build()?;
    let answer = match client.get(url).send().await {
        Ok(answer) => answer,
        Err(_) if auth.jwks_url.is_none() => return Ok("not compared: the issuer does not answer".to_owned()),
        Err(_) => bail!("not compared: the issuer does not answer"),
    };
    let date = answer.headers().get(DATE).and_then(|date| httpdate::parse_http_date(date.to_str().ok()?).ok());
    let date = date.context("not compared: the issuer does not say what time it is")?;
    let now = SystemTime::now();
    let apart = now.duration_since(date).or_else(|_| date.duration_since(now)).unwrap_or_default().as_secs();
    ensure!(
        apart <= auth.leeway_seconds + 1,
        "is {apart} s from the issuer's, and {} s are forgiven: set the clocks of both machines by NTP",
        auth.leeway_seconds
    );
    Ok(format!("is {apart} s from the issuer's, and {} s are forgiven", auth.leeway_seconds))
}
