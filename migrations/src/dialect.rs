use sea_orm_migration::{
    SchemaManager,
    sea_orm::{ConnectionTrait, DbBackend, DbErr},
};

/// One change in the words of each database. Plain SQL shows what will stand there; a builder hides it.
pub(crate) struct Dialect {
    pub(crate) sqlite: &'static str,
    pub(crate) postgres: &'static str,
}

impl Dialect {
    pub(crate) async fn run(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        let sql = match manager.get_database_backend() {
            DbBackend::Sqlite => self.sqlite,
            DbBackend::Postgres => self.postgres,
            other => return Err(DbErr::BackendNotSupported { db: other.as_str(), ctx: "the schema" }),
        };
        manager.get_connection().execute_unprepared(sql).await.map(drop)
    }
}
