//! The todo service: settings, telemetry, wiring and subcommands. Everything else lives in the crates.

mod cli;
mod commands;
mod settings;
mod shutdown;

mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command},
    settings::{Settings, SettingsError},
};

/// A request makes and drops many small pieces of memory, which the system's allocator takes longer over (decision 15).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A bad setting; any other failure is 1.
const BAD_CONFIGURATION: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo-server: {error:#}");
            if error.is::<SettingsError>() { BAD_CONFIGURATION.into() } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = || Settings::load(cli.config.as_deref());
    match cli.command.unwrap_or_default() {
        Command::Serve { no_migrate } => commands::serve(settings()?, no_migrate),
        Command::Migrate => commands::migrate(&settings()?),
        Command::CheckConfig => commands::check_config(&settings()?),
        Command::Healthcheck => commands::healthcheck(&settings()?),
        Command::Openapi => commands::openapi(),
        Command::Doctor => commands::doctor(&settings()?),
        Command::ExplainToken => commands::explain_token(settings()?),
        Command::Token(wanted) => commands::token(&settings()?, &wanted),
    }
}
