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

/// Any number, as long as every program that migrates this database takes the same.
const LOCK: &str = "SELECT pg_advisory_xact_lock(7236837341029118)";

const IMMEDIATE: TransactionOptions = TransactionOptions {
    isolation_level: None,
    access_mode: None,
    sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
};

/// Applies what is pending, and says how many changes that were.
///
/// All or nothing, and one program at a time: whoever starts meanwhile waits, and then finds nothing to do. When
/// nothing is pending nothing is written.
pub async fn apply(db: &DatabaseConnection) -> Result<usize, DbErr> {
    apply_these(&Migrator::migrations(), db).await
}

/// The names of the changes that [`apply`] would make, oldest first. Writes nothing.
pub async fn pending(db: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let applied = applied(db).await?;
    let names = Migrator::migrations().into_iter().map(|migration| migration.name().to_owned());
    Ok(names.filter(|name| !applied.contains(name)).collect())
}

async fn apply_these(migrations: &[Box<dyn MigrationTrait>], db: &DatabaseConnection) -> Result<usize, DbErr> {
    let before = applied(db).await?;
    if migrations.iter().all(|migration| before.contains(migration.name())) {
        return Ok(0);
    }
    let transaction = alone(db).await?;
    Migrator::install(&transaction).await?;
    let applied = applied(&transaction).await?;
    let mut count = 0;
    for migration in migrations.iter().filter(|migration| !applied.contains(migration.name())) {
        migration.up(&SchemaManager::new(&transaction)).await?;
        record(migration.name(), &transaction).await?;
        count += 1;
    }
    transaction.commit().await?;
    Ok(count)
}

/// A transaction that no other migrating program has at the same time.
async fn alone(db: &DatabaseConnection) -> Result<DatabaseTransaction, DbErr> {
    let transaction = db.begin_with_options(IMMEDIATE).await?;
    if db.get_database_backend() == DbBackend::Postgres {
        transaction.execute_unprepared(LOCK).await?;
    }
    Ok(transaction)
}

/// What ran on this database, including changes newer than this program.
async fn applied<C: ConnectionTrait>(db: &C) -> Result<HashSet<String>, DbErr> {
    if !has_history(db).await? {
        return Ok(HashSet::new());
    }
    let rows = seaql_migrations::Entity::find().all(db).await?;
    Ok(rows.into_iter().map(|row| row.version).collect())
}

async fn has_history<C: ConnectionTrait>(db: &C) -> Result<bool, DbErr> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => "SELECT to_regclass($1) IS NOT NULL",
        _ => "SELECT EXISTS (SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = $1)",
    };
    let table = seaql_migrations::Entity.table_name();
    let asked = Statement::from_sql_and_values(db.get_database_backend(), sql, [table.into()]);
    let row = db.query_one_raw(asked).await?;
    row.map_or(Ok(false), |row| row.try_get_by_index(0))
}

async fn record(name: &str, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let since_1970 = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let row = seaql_migrations::ActiveModel {
        version: Set(name.to_owned()),
        applied_at: Set(i64::try_from(since_1970.as_secs()).unwrap_or(i64::MAX)),
    };
    seaql_migrations::Entity::insert(row).exec_without_returning(transaction).await.map(drop)
}

#[cfg(test)]
mod tests;
