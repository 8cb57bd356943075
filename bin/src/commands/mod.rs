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
    time::Duration,
};

use anyhow::Context as _;
use reqwest::{Client, redirect};

/// Runs a future to completion on this thread.
fn block_on<T>(future: impl Future<Output = anyhow::Result<T>>) -> anyhow::Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().context("no async runtime")?;
    runtime.block_on(future)
}

/// A client that connects to the given host only: it follows no redirect and uses no proxy.
fn http_client(timeout: Duration) -> anyhow::Result<Client> {
    Ok(Client::builder().redirect(redirect::Policy::none()).no_proxy().timeout(timeout).build()?)
}

/// Writes to standard output. A reader that closes the pipe early is not an error.
fn print_stdout(text: &str) -> anyhow::Result<()> {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error).context("standard output"),
        _ => Ok(()),
    }
}
