use sea_orm_migration::{MigrationName, async_trait::async_trait, sea_orm::Database};

use super::*;

/// Makes a table and then fails, as a program that dies half-way would.
struct Broken;

impl MigrationName for Broken {
    fn name(&self) -> &'static str {
        "broken"
    }
}

#[async_trait]
impl MigrationTrait for Broken {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.get_connection().execute_unprepared("CREATE TABLE half_way (id INTEGER)").await?;
        manager.get_connection().execute_unprepared("CREATE TABLE").await.map(drop)
    }
}

async fn empty() -> DatabaseConnection {
    Database::connect("sqlite::memory:").await.unwrap()
}

async fn tables(db: &DatabaseConnection) -> i64 {
    let row = db.query_one_raw(sql("SELECT count(*) FROM sqlite_schema")).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

fn sql(sql: &str) -> Statement {
    Statement::from_string(DbBackend::Sqlite, sql)
}

#[tokio::test]
async fn asking_what_is_pending_writes_nothing() {
    let db = empty().await;
    assert_eq!(pending(&db).await.unwrap().len(), Migrator::migrations().len());
    assert_eq!(tables(&db).await, 0);
}

#[tokio::test]
async fn a_second_run_finds_nothing_to_do() {
    let db = empty().await;
    assert_eq!(apply(&db).await.unwrap(), Migrator::migrations().len());
    assert_eq!(pending(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(apply(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn a_run_that_fails_half_way_leaves_nothing_behind() {
    let db = empty().await;
    let mut list = Migrator::migrations();
    list.push(Box::new(Broken));
    apply_these(&list, &db).await.unwrap_err();
    assert_eq!(tables(&db).await, 0);
    assert_eq!(apply(&db).await.unwrap(), Migrator::migrations().len());
}

#[tokio::test]
async fn a_change_that_a_newer_program_made_does_not_stop_an_older_one() {
    let db = empty().await;
    apply(&db).await.unwrap();
    db.execute_unprepared("INSERT INTO seaql_migrations VALUES ('m29991231_000001_later', 0)").await.unwrap();
    assert_eq!(pending(&db).await.unwrap(), Vec::<String>::new());
    assert_eq!(apply(&db).await.unwrap(), 0);
}

#[tokio::test]
async fn every_change_can_be_undone() {
    let db = empty().await;
    apply(&db).await.unwrap();
    for migration in Migrator::migrations().iter().rev() {
        migration.down(&SchemaManager::new(&db)).await.unwrap();
    }
    let ours = "SELECT name FROM sqlite_schema WHERE name LIKE 'tasks%' OR name LIKE 'idempotency%'";
    assert_eq!(db.query_all_raw(sql(ours)).await.unwrap().len(), 0);
}
