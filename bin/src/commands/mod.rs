//! The subcommands, one file each.

mod check_config;
mod doctor;
mod explain_token;
mod healthcheck;
mod migrate;
mod openapi;
mod serve;
mod token;

pub(crate) use check_config::check_config;
pub(crate) use doctor::doctor;
pub(crate) use explain_token::explain_token;
pub(crate) use healthcheck::healthcheck;
pub(crate) use migrate::migrate;
pub(crate) use openapi::openapi;
pub(crate) use serve::serve;
pub(crate) use token::token;

use std::{
    future::Future,
    io::{self, Write as _},
};

use anyhow::Context as _;
use todo_store::Database;

use crate::settings;

/// Runs a future on this thread until it is done.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no runtime")?;
    runtime.block_on(future)
}

/// The configured database, its file and folder made when they are not there yet.
async fn open(database: &settings::Database) -> anyhow::Result<Database> {
    database.url.create_directory().context("DATABASE_URL")?;
    Database::open(&database.url, database.max_connections).await.context("DATABASE_URL")
}

/// Writes what was asked for. A reader that has had enough is no failure.
fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("standard output"),
        _ => Ok(()),
    }
}
