use std::{io::stderr, panic};

use tracing::error;
use tracing_subscriber::{EnvFilter, fmt};

use crate::settings::{LogFormat, LogSettings};

/// Writes events to standard error; standard output is for the output of subcommands.
pub(crate) fn init(log: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(with_default_directives(&log.filter))?;
    let lines = fmt().with_env_filter(filter).with_writer(stderr).with_target(false);
    match log.format() {
        LogFormat::Text => lines.try_init(),
        // The span's fields would otherwise be printed twice.
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).try_init(),
    }
    .map_err(anyhow::Error::from_boxed)?;
    panic::set_hook(Box::new(|panic| {
        // The message can contain a token or a secret, so only the location is logged.
        error!(place = panic.location().map(tracing::field::display), "panicked");
    }));
    Ok(())
}

/// Added unless the filter names the target: actix logs every malformed request as an error, although it is the client's
/// fault, and several lines at each start.
const DEFAULT_DIRECTIVES: [(&str, &str); 2] = [("actix_http", "off"), ("actix_server", "warn")];

fn with_default_directives(filter: &str) -> String {
    let missing = DEFAULT_DIRECTIVES.iter().filter(|(target, _)| !filter.contains(target));
    missing.fold(filter.to_owned(), |filter, (target, level)| format!("{filter},{target}={level}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn default_directives_are_added_unless_the_filter_names_the_target() {
        assert_eq!(with_default_directives("info"), "info,actix_http=off,actix_server=warn");
        assert_eq!(with_default_directives("actix_http=debug"), "actix_http=debug,actix_server=warn");
    }
}
