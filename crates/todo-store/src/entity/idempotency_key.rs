use sea_orm::entity::prelude::*;

/// A row of `idempotency_keys`: the request that a key was used for, and the task that the request created.
#[derive(Clone, Debug, Eq, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub owner_id: String,
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub key: String,
    /// SHA-256 of the canonical JSON of the request's content, 32 bytes.
    #[sea_orm(column_type = "Blob")]
    pub fingerprint: Vec<u8>,
    /// Not a foreign key: the key outlives the task.
    pub task_id: i64,
    /// Microseconds after 1970-01-01T00:00:00Z.
    pub created_at: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
