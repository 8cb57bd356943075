//! Creates `idempotency_keys`: the request that a client's `Idempotency-Key` was used for (the SHA-256 of its content), and
//! the task that it created.
//!
//! `task_id` is not a foreign key: a repeated request returns the first result even after the task was deleted.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::backend_sql::BackendSql;

pub(crate) struct Migration;

// The second index is for the purge of old keys.
const UP: BackendSql = BackendSql {
    sqlite: "
        CREATE TABLE idempotency_keys (
            owner_id TEXT NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            key TEXT NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
            fingerprint BLOB NOT NULL CHECK (octet_length(fingerprint) = 32),
            task_id INTEGER NOT NULL CHECK (task_id BETWEEN 1 AND 9007199254740991),
            created_at INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 253402300799999999),
            PRIMARY KEY (owner_id, key)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
    ",
    postgres: "
        CREATE TABLE idempotency_keys (
            owner_id text COLLATE \"C\" NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            key text COLLATE \"C\" NOT NULL CHECK (octet_length(key) BETWEEN 1 AND 255),
            fingerprint bytea NOT NULL CHECK (octet_length(fingerprint) = 32),
            task_id bigint NOT NULL CHECK (task_id BETWEEN 1 AND 9007199254740991),
            created_at bigint NOT NULL CHECK (created_at BETWEEN 0 AND 253402300799999999),
            PRIMARY KEY (owner_id, key)
        );
        CREATE INDEX idempotency_keys_by_age ON idempotency_keys (created_at);
    ",
};

const DOWN: BackendSql = BackendSql { sqlite: "DROP TABLE idempotency_keys", postgres: "DROP TABLE idempotency_keys" };

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261120_000002_create_idempotency_keys"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        UP.execute(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        DOWN.execute(manager).await
    }
}
