use std::{
    collections::HashSet,
    time::{SystemTime, UNIX_EPOCH},
};

use sea_orm_migration::{
    MigrationTrait, MigratorTrait, SchemaManager,
    sea_orm::{
        ActiveValue::Set, ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, EntityName,
        EntityTrait, SqliteTransactionMode, Statement, TransactionOptions, TransactionTrait,
    },
    seaql_migrations,
};

use crate::Migrator;

/// An arbitrary number, the same in every process that migrates this database.
const LOCK_SQL: &str = "SELECT pg_advisory_xact_lock(7236837341029118)";

const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

/// Applies the pending migrations and returns their number.
///
/// All are applied or none, by one process at a time: another one waits and then finds nothing pending. Writes nothing if
/// nothing is pending.
///
/// sea-orm-migration's own `up` takes no lock, and fails on a database with a newer migration, which a rolling deployment
/// requires.
pub async fn apply(db: &DatabaseConnection) -> Result<usize, DbErr> {
    apply_migrations(&Migrator::migrations(), db).await
}

/// Returns the names of the pending migrations, oldest first. Writes nothing.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    let names = Migrator::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !applied.contains(name)).collect())
}

async fn apply_migrations(migrations: &[Box<dyn MigrationTrait>], db: &DatabaseConnection) -> Result<usize, DbErr> {
    let already_applied = applied(db).await?;
    if migrations.iter().all(|migration| already_applied.contains(migration.name())) {
        return Ok(0);
    }
    let transaction = begin_exclusive(db).await?;
    Migrator::install(&transaction).await?;
    let applied = applied(&transaction).await?;
    let mut count = 0;
    for migration in migrations.iter().filter(|migration| !applied.contains(migration.name())) {
        migration.up(&SchemaManager::new(&transaction)).await?;
        record_migration(migration.name(), &transaction).await?;
        count += 1;
    }
    transaction.commit().await?;
    Ok(count)
}

/// Begins a transaction that excludes other processes that migrate.
async fn begin_exclusive(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db.begin_with_options(IMMEDIATE).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(LOCK_SQL).await?;
    }
    Ok(transaction)
}

/// The names of the applied migrations, including those that are newer than this program.
async fn applied<C: ConnectionTrait>(db: &C) -> Result<HashSet<String>, DbErr> {
    if !migration_table_exists(db).await? {
        return Ok(HashSet::new());
    }
    let rows = seaql_migrations::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn migration_table_exists<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT to_regclass($1) IS NOT NULL",
        _ => "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)",
    };
    let table = seaql_migrations::Entity.table_name();
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [table.into()]);
    let row = db.query_one_raw(statement).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

async fn record_migration(name: &str, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let since_epoch = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let row = seaql_migrations::ActiveModel {
        version: Set(name.to_owned()),
        applied_at: Set(i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX)),
    };
    seaql_migrations::Entity::insert(row).exec_without_returning(transaction).await.map(drop)
}

#[cfg(test)]
mod tests;
