use super::print;
use crate::settings::{Key, Settings};

/// Prints every setting that is in force.
pub(crate) fn check_config(settings: &Settings) -> anyhow::Result<()> {
    let line = |(key, value): &(&'static Key, String)| format!("{:30} {:36} {value}\n", key.name, key.variable);
    print(&settings.shown.iter().map(line).collect::<String>())
}
