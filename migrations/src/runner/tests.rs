use sea_orm_migration::{MigrationName, async_trait::async_trait, sea_orm::Database};

use super::*;

/// Creates a table and then fails.
struct FailingMigration;

impl MigrationName for FailingMigration {
    fn name(&self) -> &'static str {
        "failing"
    }
}

#[async_trait]
impl MigrationTrait for FailingMigration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("CREATE TABLE partial (id INTEGER)").await?;
        manager.get_connection().execute_unprepared("CREATE TABLE").await.map(drop)
    }
}

async fn empty_database() -> DatabaseConnection {
    Database::connect("sqlite::memory:").await.unwrap()
}

async fn count_tables(db: &DatabaseConnection) -> i64 {
    let row = db.query_one_raw(sql("SELECT count(*) FROM sqlite_schema")).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

fn sql(text: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, text)
}

#[tokio::test]
async fn pending_writes_nothing() {
    let db = empty_database().await;
    assert_eq!(pending(&db).await.unwrap().len(), Migrator::migrations().len());
    assert_eq!(count_tables(&db).await, 0);
}

#[tokio::test]
async fn second_apply_finds_nothing_pending() {
    let db = empty_database().await;
    assert_eq!(apply(&db).await.unwrap(), Migrator::migrations().len());
    assert_eq!(pending(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(apply(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn failed_apply_is_rolled_back() {
    let db = empty_database().await;
    let mut migrations = Migrator::migrations();
    migrations.push(Box::new(FailingMigration));
    apply_migrations(&migrations, &db).await.unwrap_err();
    assert_eq!(count_tables(&db).await, 0);
    assert_eq!(apply(&db).await.unwrap(), Migrator::migrations().len());
}

#[tokio::test]
async fn unknown_newer_migration_is_ignored() {
    let db = empty_database().await;
    apply(&db).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)").await.unwrap();
    assert_eq!(pending(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(apply(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn every_migration_can_be_reverted() {
    let db = empty_database().await;
    apply(&db).await.unwrap();
    for migration in Migrator::migrations().iter().rev() {
        migration.down(&SchemaManager::new(&db)).await.unwrap();
    }
    let own_tables = "SELECT name FROM sqlite_schema WHERE name LIKE 'tasks%' OR name LIKE 'idempotency%'";
    assert_eq!(db.query_all_raw(sql(own_tables)).await.unwrap().len(), 0);
}
