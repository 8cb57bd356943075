use sea_orm::entity::prelude::*;
use todo_domain::{JwtId, TokenUse, UtcDate};

/// A row of `token_uses`: the day on which a personal access token was last used.
#[derive(Clone, Debug, Eq, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "token_uses")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub owner_id: String,
    /// The token's `jti`.
    #[sea_orm(primary_key, auto_increment = false, column_type = "Text")]
    pub token_id: String,
    /// Days after 1970-01-01.
    pub last_used_on: i64,
    /// The token's `exp`, in microseconds after 1970-01-01T00:00:00Z.
    pub expires_at: i64,
}

#[derive(Clone, Copy, Debug, DeriveRelation, EnumIter)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The columns that queries read.
pub(crate) const COLUMNS: [Column; 2] = [Column::TokenId, Column::LastUsedOn];

/// Reads a row with [`COLUMNS`].
#[expect(clippy::disallowed_methods, reason = "only valid ids are stored")]
pub(crate) fn read_token_use(row: &QueryResult) -> Result<TokenUse, DbErr> {
    let (token_id, last_used_on): (String, i64) = row.try_get_many_by_index()?;
    Ok(TokenUse { token_id: JwtId::new_unchecked(token_id), last_used_on: UtcDate::from_days(last_used_on) })
}
