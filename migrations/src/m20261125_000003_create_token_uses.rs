//! Creates `token_uses`: the day on which each personal access token was last used.
//!
//! `last_used_on` are days after 1970-01-01 in UTC. `expires_at` is the token's `exp` in microseconds after
//! 1970-01-01T00:00:00Z: the row is of no use after it.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::backend_sql::BackendSql;

pub(crate) struct Migration;

// The second index is for the purge of ended tokens.
const UP: BackendSql = BackendSql {
    sqlite: "
        CREATE TABLE token_uses (
            owner_id TEXT NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            token_id TEXT NOT NULL CHECK (octet_length(token_id) BETWEEN 1 AND 64),
            last_used_on INTEGER NOT NULL CHECK (last_used_on BETWEEN 0 AND 2932896),
            expires_at INTEGER NOT NULL CHECK (expires_at BETWEEN 0 AND 253402300799999999),
            PRIMARY KEY (owner_id, token_id)
        ) STRICT, WITHOUT ROWID;
        CREATE INDEX token_uses_by_end ON token_uses (expires_at);
    ",
    postgres: "
        CREATE TABLE token_uses (
            owner_id text COLLATE \"C\" NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            token_id text COLLATE \"C\" NOT NULL CHECK (octet_length(token_id) BETWEEN 1 AND 64),
            last_used_on bigint NOT NULL CHECK (last_used_on BETWEEN 0 AND 2932896),
            expires_at bigint NOT NULL CHECK (expires_at BETWEEN 0 AND 253402300799999999),
            PRIMARY KEY (owner_id, token_id)
        );
        CREATE INDEX token_uses_by_end ON token_uses (expires_at);
    ",
};

const DOWN: BackendSql = BackendSql { sqlite: "DROP TABLE token_uses", postgres: "DROP TABLE token_uses" };

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261125_000003_create_token_uses"
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
