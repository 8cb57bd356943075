use sea_orm_migration::{
    SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

/// The SQL of a migration for each database. Plain SQL, because the databases differ in types, collations and keys that a
/// schema builder does not express.
pub(crate) struct BackendSql {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl BackendSql {
    pub(crate) async fn execute(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let sql = match manager.get_database_backend() {
            DbBackend::Sqlite => self.sqlite,
            DbBackend::Postgres => self.postgres,
            other => return Err(DbErr::BackendNotSupported { db: other.as_str(), ctx: "the schema" }),
        };
        manager.get_connection().execute_unprepared(sql).await.map(drop)
    }
}
