//! Migrations of the todo service's schema, for SQLite and PostgreSQL.
//!
//! [`apply`] applies the pending migrations, [`pending`] lists them. There is one file per migration; a released one is
//! never edited.
//!
//! A migration first expands the schema (a new column, a new table), then the programs that use it are deployed, and only a
//! later migration contracts it. An older program therefore accepts a database with newer migrations.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let db = sea_orm_migration::sea_orm::Database::connect("sqlite::memory:").await?;
//! assert_eq!(migrations::pending(&db).await?.len(), migrations::apply(&db).await?);
//! assert!(migrations::pending(&db).await?.is_empty());
//! # Ok::<_, migrations::DbErr>(()) }).unwrap();
//! ```

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod backend_sql;
mod m20261120_000001_create_tasks;
mod m20261120_000002_create_idempotency_keys;
mod m20261125_000003_create_token_uses;
mod runner;

pub use runner::{apply, pending};
pub use sea_orm_migration::DbErr;

/// All migrations, for the tools of `sea-orm-migration`, which take no lock. Programs call [`apply`].
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_create_tasks::Migration),
            Box::new(m20261120_000002_create_idempotency_keys::Migration),
            Box::new(m20261125_000003_create_token_uses::Migration),
        ]
    }
}
