use super::print_stdout;
use crate::settings::{Settings, variable_of};

/// Prints key, environment variable and effective value of every setting, with secrets redacted.
pub(crate) fn check_config(settings: &Settings) -> anyhow::Result<()> {
    let line = |(key, value): &(String, String)| format!("{key:30} {:36} {value}\n", variable_of(key));
    print_stdout(&settings.entries()?.iter().map(line).collect::<String>())
}
