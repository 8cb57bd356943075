//! The schema of the todo service: one file a change, oldest first, never edited once it landed.
//!
//! A change expands first (a new column, a new table), the programs that use it are deployed, and only then a later
//! change contracts. An older program therefore meets migrations that it does not know, and serves all the same.
//!
//! ```
//! # tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(async {
//! let db = sea_orm_migration::sea_orm::Database::connect("sqlite::memory:").await?;
//! assert_eq!(migrations::pending(&db).await?.len(), migrations::apply(&db).await?);
//! assert!(migrations::pending(&db).await?.is_empty());
//! # Ok::<_, migrations::DbErr>(()) }).unwrap();
//! ```

use sea_orm_migration::{MigrationTrait, MigratorTrait};

mod apply;
mod dialect;
mod m20261120_000001_create_tasks;
mod m20261120_000002_create_idempotency_keys;

pub use apply::{apply, pending};
pub use sea_orm_migration::DbErr;

/// The list of all changes, for tools that speak `sea-orm-migration`. Programs call [`apply`], which also takes the
/// lock that tools do without.
#[derive(Debug)]
pub struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261120_000001_create_tasks::Migration),
            Box::new(m20261120_000002_create_idempotency_keys::Migration),
        ]
    }
}
