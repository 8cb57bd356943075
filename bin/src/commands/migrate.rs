use super::{block_on, open, print};
use crate::settings::Settings;

/// Applies what is pending and says how much that was.
pub(crate) fn migrate(settings: &Settings) -> anyhow::Result<()> {
    block_on(async {
        let database = open(&settings.database).await?;
        let applied = migrations::apply(database.writer()).await?;
        database.close().await;
        print(&format!("{applied} migrations applied, the database is up to date\n"))
    })
}
