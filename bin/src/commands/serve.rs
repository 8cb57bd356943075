use anyhow::Context as _;
use tracing::warn;

use super::block_on;
use crate::{
    application::Application,
    settings::{AuthSettings, Settings},
    shutdown::shutdown_signal,
    telemetry,
};

/// Serves the API until a signal stops the process.
pub(crate) fn serve(settings: &Settings, no_migrate: bool) -> anyhow::Result<()> {
    telemetry::init(&settings.log)?;
    warn_if_issuer_or_audience_unset(&settings.auth);
    block_on(async {
        let shutdown = shutdown_signal().context("cannot receive signals")?;
        Application::build(settings, no_migrate).await?.run(shutdown).await
    })
}

fn warn_if_issuer_or_audience_unset(auth: &AuthSettings) {
    let unset: Vec<&str> = [("issuer", &auth.issuer), ("audience", &auth.audience)]
        .into_iter()
        .filter_map(|(claim, setting)| setting.is_none().then_some(claim))
        .collect();
    if !unset.is_empty() {
        warn!(
            unset = unset.join(", "),
            "tokens of any issuer or audience signed with the secret are accepted: set TODO__AUTH__ISSUER and TODO__AUTH__AUDIENCE"
        );
    }
}
