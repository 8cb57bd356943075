//! Creates `tasks`. The checks repeat the bounds of `todo-domain`, so that every row is a valid task.
//!
//! Instants are microseconds after 1970-01-01T00:00:00Z; a task without `completed_at` is incomplete.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::backend_sql::BackendSql;

pub(crate) struct Migration;

// AUTOINCREMENT: without it SQLite reuses the id of the last task after its deletion. The rowid, which is the id, is the
// last column of every index.
const UP: BackendSql = BackendSql {
    sqlite: "
        CREATE TABLE tasks (
            id INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id BETWEEN 1 AND 9007199254740991),
            owner_id TEXT NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            title TEXT NOT NULL CHECK (length(title) BETWEEN 1 AND 255),
            description TEXT CHECK (length(description) <= 5000),
            version INTEGER NOT NULL DEFAULT 1 CHECK (version >= 1),
            created_at INTEGER NOT NULL CHECK (created_at BETWEEN 0 AND 253402300799999999),
            updated_at INTEGER NOT NULL CHECK (updated_at BETWEEN created_at AND 253402300799999999),
            completed_at INTEGER CHECK (completed_at BETWEEN created_at AND updated_at)
        ) STRICT;
        CREATE INDEX tasks_all ON tasks (owner_id);
        CREATE INDEX tasks_incomplete ON tasks (owner_id) WHERE completed_at IS NULL;
        CREATE INDEX tasks_complete ON tasks (owner_id) WHERE completed_at IS NOT NULL;
    ",
    // The primary key starts with the owner, because every query is for one owner. An index on ids alone would harm: the
    // planner underestimates its cost for an owner's newest tasks, and reads through all newer tasks of other owners.
    // COLLATE "C": owner ids are compared byte for byte, which is also faster.
    postgres: "
        CREATE TABLE tasks (
            id bigint GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME tasks_id_seq MAXVALUE 9007199254740991)
                CHECK (id BETWEEN 1 AND 9007199254740991),
            owner_id text COLLATE \"C\" NOT NULL CHECK (octet_length(owner_id) BETWEEN 1 AND 255),
            title text NOT NULL CHECK (char_length(title) BETWEEN 1 AND 255),
            description text CHECK (char_length(description) <= 5000),
            version bigint NOT NULL DEFAULT 1 CHECK (version >= 1),
            created_at bigint NOT NULL CHECK (created_at BETWEEN 0 AND 253402300799999999),
            updated_at bigint NOT NULL CHECK (updated_at BETWEEN created_at AND 253402300799999999),
            completed_at bigint CHECK (completed_at BETWEEN created_at AND updated_at),
            PRIMARY KEY (owner_id, id)
        );
        CREATE INDEX tasks_incomplete ON tasks (owner_id, id) WHERE completed_at IS NULL;
        CREATE INDEX tasks_complete ON tasks (owner_id, id) WHERE completed_at IS NOT NULL;
    ",
};

const DOWN: BackendSql = BackendSql { sqlite: "DROP TABLE tasks", postgres: "DROP TABLE tasks" };

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261120_000001_create_tasks"
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
