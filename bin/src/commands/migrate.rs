use super::{block_on, print_stdout};
use crate::{application::open_database, settings::Settings};

/// Applies pending migrations and prints their number.
pub(crate) fn migrate(settings: &Settings) -> anyhow::Result<()> {
    block_on(async {
        let database = open_database(&settings.database).await?;
        let applied = migrations::apply(database.writer()).await?;
        database.close().await;
        print_stdout(&format!("{applied} migrations applied, the database is up to date\n"))
    })
}
