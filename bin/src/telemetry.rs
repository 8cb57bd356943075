use std::{io::stderr, panic};

use api_http::SECURITY_EVENT_TARGET;
use tracing::{Metadata, error};
use tracing_subscriber::{
    EnvFilter, Layer as _,
    filter::{FilterExt as _, filter_fn},
    fmt,
    layer::SubscriberExt as _,
    registry,
    util::SubscriberInitExt as _,
};

use crate::settings::{LogFormat, LogSettings};

/// Writes events to standard error; standard output is for the output of subcommands. Security events are JSON lines in
/// every format, and no filter applies to them.
pub(crate) fn init(log: &LogSettings) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(with_default_directives(&log.filter))?;
    let lines = fmt::layer().with_writer(stderr).with_target(false);
    let lines = match log.format() {
        LogFormat::Text => lines.boxed(),
        // The span's fields would otherwise be printed twice.
        LogFormat::Json => lines.json().flatten_event(true).with_current_span(false).with_span_list(false).boxed(),
    };
    let security_events = fmt::layer().json().flatten_event(true).with_current_span(false).with_span_list(false);
    registry()
        .with(lines.with_filter(filter.and(filter_fn(|metadata| !is_security_event(metadata)))))
        .with(security_events.with_writer(stderr).with_filter(filter_fn(is_security_event)))
        .try_init()?;
    panic::set_hook(Box::new(|panic| {
        // The message can contain a token or a secret, so only the location is logged.
        error!(place = panic.location().map(tracing::field::display), "panicked");
    }));
    Ok(())
}

fn is_security_event(metadata: &Metadata<'_>) -> bool {
    metadata.target() == SECURITY_EVENT_TARGET
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
