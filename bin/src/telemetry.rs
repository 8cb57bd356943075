use std::{io::stderr, panic};

use tracing::error;
use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{Log, LogFormat};

/// Sends events to standard error: standard output is for what a subcommand was asked for.
pub(crate) fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(directives(&log.filter))?;
    let lines = fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    match log.format {
        LogFormat::Text => lines.try_init(),
        // The span's fields would otherwise be printed twice.
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    }
    .map_err(anyhow::Error::from_boxed)?;
    panic::set_hook(Box::new(|panic| {
        // The message may quote anything, a token even: the place is enough to find it.
        error!(place = panic.location().map(tracing::field::display), "panicked");
    }));
    Ok(())
}

/// actix logs every malformed request as an error, though anybody can send one, and each start in several lines. Whoever
/// names these targets in the filter gets them.
const QUIET: [(&str, &str); 2] = [("actix_http", "off"), ("actix_server", "warn")];

fn directives(filter: &str) -> String {
    let quiet = QUIET.iter().filter(|(target, _)| !filter.contains(target));
    quiet.fold(filter.to_owned(), |filter, (target, level)| format!("{filter},{target}={level}"))
}
