//! The todo service: settings, telemetry, wiring and subcommands. Everything else is in the library crates.

mod application;
mod cli;
mod commands;
mod descriptor_limit;
mod settings;
mod shutdown;
mod telemetry;

use std::process::ExitCode;

use clap::Parser as _;

use crate::{
    cli::{Cli, Command},
    settings::{Settings, SettingsError},
};

/// A request makes many small allocations, which the system's allocator serves more slowly (decision 15).
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Exit code of an invalid setting, as of an invalid command line. Every other failure is 1.
const EXIT_CONFIG_ERROR: u8 = 2;

fn main() -> ExitCode {
    match run(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("todo-server: {error:#}");
            if error.is::<SettingsError>() { EXIT_CONFIG_ERROR.into() } else { ExitCode::FAILURE }
        }
    }
}

fn run(cli: Cli) -> anyhow::Result<()> {
    let settings = || Settings::load(cli.config);
    match cli.command.unwrap_or_default() {
        Command::Serve { no_migrate } => commands::serve(&settings()?, no_migrate),
        Command::Migrate => commands::migrate(&settings()?),
        Command::CheckConfig => commands::check_config(&settings()?),
        Command::Healthcheck => commands::healthcheck(&settings()?),
        Command::Openapi => commands::openapi(),
        Command::Doctor => commands::doctor(&settings()?),
        Command::ExplainToken => commands::explain_token(&settings()?),
        Command::Token(args) => commands::token(&settings()?, &args),
    }
}
