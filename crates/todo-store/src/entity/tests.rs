use std::collections::BTreeMap;

use sea_orm::{
    ColumnTrait as _, ConnectionTrait, DatabaseConnection, DbBackend, EntityTrait, Iden as _, Iterable as _,
    PrimaryKeyToColumn, Statement, sea_query::ColumnType,
};

use super::{idempotency_key, task, token_use};
use crate::for_each_backend;

/// Column name to SQL type and nullability.
type Columns = BTreeMap<String, (String, bool)>;

fn entity_columns<E: EntityTrait>(backend: DbBackend) -> Columns {
    let columns = E::Column::iter().map(|column| {
        let definition = column.def();
        let sql_type = match (definition.get_column_type(), backend) {
            (ColumnType::BigInteger, DbBackend::Postgres) => "bigint",
            (ColumnType::BigInteger, _) => "INTEGER",
            (ColumnType::Text, DbBackend::Postgres) => "text",
            (ColumnType::Text, _) => "TEXT",
            (ColumnType::Blob, DbBackend::Postgres) => "bytea",
            (ColumnType::Blob, _) => "BLOB",
            (other, _) => panic!("no SQL type is known for {other:?}"),
        };
        (column.to_string(), (sql_type.to_owned(), definition.is_null()))
    });
    columns.collect()
}

fn entity_primary_key<E: EntityTrait>() -> Vec<String> {
    E::PrimaryKey::iter().map(|key| key.into_column().to_string()).collect()
}

async fn schema_columns(db: &DatabaseConnection, table: &str) -> Columns {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT column_name::text, data_type::text, is_nullable = 'YES' FROM information_schema.columns
            WHERE table_name = $1 AND table_schema = current_schema()"
        }
        // SQLite reports a rowid alias as nullable, which it is not.
        _ => r#"SELECT name, type, "notnull" = 0 AND pk = 0 FROM pragma_table_info($1)"#,
    };
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [table.into()]);
    let rows = db.query_all_raw(statement).await.unwrap();
    let columns = rows.iter().map(|row| {
        let (name, sql_type, is_nullable): (String, String, bool) = row.try_get_many_by_index().unwrap();
        (name, (sql_type, is_nullable))
    });
    columns.collect()
}

async fn schema_primary_key(db: &DatabaseConnection, table: &str) -> Vec<String> {
    let sql = match db.get_database_backend() {
        DbBackend::Postgres => {
            "SELECT attname::text FROM pg_index, unnest(indkey) WITH ORDINALITY AS keys (attnum, position)
            JOIN pg_attribute USING (attnum)
            WHERE indrelid = to_regclass($1) AND attrelid = indrelid AND indisprimary ORDER BY position"
        }
        _ => "SELECT name FROM pragma_table_info($1) WHERE pk > 0 ORDER BY pk",
    };
    let statement = Statement::from_sql_and_values(db.get_database_backend(), sql, [table.into()]);
    let rows = db.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

for_each_backend! {
    async fn entities_match_the_migrated_schema(database: &TestDatabase) {
        let database = database.database().await;
        let db = database.writer();
        let backend = db.get_database_backend();
        assert_eq!(schema_columns(db, "tasks").await, entity_columns::<task::Entity>(backend));
        assert_eq!(schema_columns(db, "idempotency_keys").await, entity_columns::<idempotency_key::Entity>(backend));

        assert_eq!(schema_columns(db, "token_uses").await, entity_columns::<token_use::Entity>(backend));

        // PostgreSQL's key starts with the owner, because its index serves the lists of one owner.
        let mut task_key = entity_primary_key::<task::Entity>();
        if backend == DbBackend::Postgres {
            task_key.insert(0, "owner_id".to_owned());
        }
        assert_eq!(schema_primary_key(db, "tasks").await, task_key);
        let idempotency_key = entity_primary_key::<idempotency_key::Entity>();
        assert_eq!(schema_primary_key(db, "idempotency_keys").await, idempotency_key);
        assert_eq!(schema_primary_key(db, "token_uses").await, entity_primary_key::<token_use::Entity>());
    }
}
