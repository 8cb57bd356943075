use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// A multi-user todo service that verifies Better Auth tokens
#[derive(Parser)]
#[command(version, after_help = "Settings come from todo.toml and the environment: see docs/OPERATIONS.md.")]
pub(crate) struct Cli {
    /// Read settings from this file instead of todo.toml
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
}

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Serve the API (also without a subcommand)
    Serve {
        /// Exit with an error if a migration is pending, instead of applying it
        #[arg(long)]
        no_migrate: bool,
    },
    /// Apply pending migrations, then exit
    Migrate,
    /// Check the settings and print them with secrets redacted
    CheckConfig,
    /// Check settings, database, keys and clock without changing anything
    Doctor,
    /// Exit with 0 if the server at HOST and PORT is ready
    Healthcheck,
    /// Print the OpenAPI document
    Openapi,
    /// Describe the token on standard input and state the reason if it is rejected
    ExplainToken,
    /// Issue an access token signed with the configured secret, for curl and tests
    Token(TokenArgs),
}

#[derive(Args)]
pub(crate) struct TokenArgs {
    /// The user id
    #[arg(long)]
    pub(crate) sub: String,
    /// The user's e-mail address
    #[arg(long)]
    pub(crate) email: Option<String>,
    /// Lifetime of the token in seconds
    #[arg(long, default_value_t = 900, value_parser = clap::value_parser!(u64).range(1..=31_536_000))]
    pub(crate) ttl: u64,
}

impl Default for Command {
    fn default() -> Self {
        Self::Serve { no_migrate: false }
    }
}
