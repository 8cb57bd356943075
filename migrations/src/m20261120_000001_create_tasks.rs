//! The tasks. The checks repeat the bounds of `todo-domain`: what is stored reads back as a valid task.
//!
//! Instants are microseconds after 1970-01-01T00:00:00Z; a task without `completed_at` is incomplete.

use sea_orm_migration::{MigrationName, MigrationTrait, SchemaManager, async_trait::async_trait, sea_orm::DbErr};

use crate::dialect::Dialect;

pub(crate) struct Migration;

// AUTOINCREMENT: without it SQLite gives the id of the last task again once that task is deleted. The rowid, which is
// the id, ends every index by itself.
const UP: Dialect = Dialect {
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
    // The key begins with the owner because everybody reads their own tasks only. An index of ids alone would even harm:
    // for the newest few of an owner it looks cheaper than it is, and is then read through everybody's newer tasks.
    // COLLATE "C": an owner is compared byte for byte, and bytes compare faster than words.
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

const DOWN: Dialect = Dialect { sqlite: "DROP TABLE tasks", postgres: "DROP TABLE tasks" };

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261120_000001_create_tasks"
    }
}

#[async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        UP.run(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        DOWN.run(manager).await
    }
}
