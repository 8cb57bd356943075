//! Every SQL statement of the store.
//!
//! sea-query builds each statement from the entities, and it is rendered once per backend: building it for each request
//! costs 2 µs, 8 % of the CPU of reading one task. A request only binds values, in the order in which they appear in the
//! SQL text. Each placeholder is bound by itself, so a value that appears twice is bound twice.
//!
//! Raw SQL, because sea-query has no syntax for it: `LIMIT (SELECT …)` and the data-modifying CTE of PostgreSQL.

use std::{borrow::Cow, sync::OnceLock};

use sea_orm::{
    DbBackend, Statement, StatementBuilder, Value,
    sea_query::{CaseStatement, Condition, Expr, ExprTrait as _, Func, OnConflict, Order, Query, UpdateStatement},
};
use todo_domain::{Description, NewTask, OwnerId, TaskChange, TaskId, TaskStatus, Timestamp, TokenUse};

use crate::{
    entity::{
        idempotency_key::{Column as KeyColumn, Entity as IdempotencyKeys},
        task::{COLUMNS, Column, Entity as Tasks},
        token_use::{self, Column as UseColumn, Entity as TokenUses},
    },
    list::ListQuery,
    version_condition::VersionCondition,
};

/// Renders as a placeholder. The number is never bound.
const PLACEHOLDER: i64 = 0;

/// A key, and the content of the request that it was used for.
pub(crate) struct KeyValues<'a> {
    pub(crate) key: &'a str,
    /// SHA-256, 32 bytes.
    pub(crate) fingerprint: &'a [u8],
    pub(crate) created_at: Timestamp,
}

/// The statements on the rows of one owner. Each is limited to that owner: there is no other constructor of a statement
/// on tasks, except in [`maintenance`].
pub(crate) const fn owned_tasks(owner: &OwnerId, backend: DbBackend) -> OwnedTasks<'_> {
    OwnedTasks { owner, backend }
}

pub(crate) struct OwnedTasks<'a> {
    owner: &'a OwnerId,
    backend: DbBackend,
}

impl OwnedTasks<'_> {
    /// Returns [`COLUMNS`].
    pub(crate) fn get(&self, id: TaskId) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            Query::select().columns(COLUMNS).from(Tasks).cond_where(is_owned_task()).take()
        });
        self.statement(sql, [], [id.get().into()])
    }

    /// Returns [`COLUMNS`], one row more than the page holds, newest first.
    pub(crate) fn list(&self, query: ListQuery) -> Statement {
        static ALL: RenderedSql = RenderedSql::new();
        static INCOMPLETE: RenderedSql = RenderedSql::new();
        static COMPLETE: RenderedSql = RenderedSql::new();
        let completed_at = || Expr::col(Column::CompletedAt);
        let (sql, has_status) = match query.status {
            None => (&ALL, None),
            Some(TaskStatus::Incomplete) => (&INCOMPLETE, Some(completed_at().is_null())),
            Some(TaskStatus::Complete) => (&COMPLETE, Some(completed_at().is_not_null())),
        };
        let sql = sql.get_or_init(self.backend, || {
            let select = Query::select()
                .columns(COLUMNS)
                .from(Tasks)
                .and_where(is_owned())
                .and_where(Expr::col(Column::Id).lt(PLACEHOLDER))
                .and_where_option(has_status)
                .order_by(Column::Id, Order::Desc)
                .take();
            // PostgreSQL's planner does not estimate a limit inside (SELECT …), so it reads the index that is in order. A
            // limit that it estimates to be above the number of the owner's rows makes it read and sort all of them.
            let limit = if self.backend == DbBackend::Postgres { "LIMIT (SELECT $3)" } else { "LIMIT (SELECT ?)" };
            format!("{} {limit}", self.backend.build(&select).sql)
        });
        let before = query.before.map_or(TaskId::MAX + 1, TaskId::get);
        self.statement(sql, [], [before.into(), (i64::from(query.limit) + 1).into()])
    }

    /// Returns the id.
    pub(crate) fn insert(&self, new_task: &NewTask, created_at: Timestamp) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let columns = [Column::OwnerId, Column::Title, Column::Description, Column::CreatedAt, Column::UpdatedAt];
            Query::insert()
                .into_table(Tasks)
                .columns(columns)
                .values_panic(columns.map(|_| PLACEHOLDER.into()))
                .returning_col(Column::Id)
                .take()
        });
        let [title, description] = content_values(new_task);
        let created_at = created_at.as_micros();
        self.statement(sql, [], [title, description, created_at.into(), created_at.into()])
    }

    /// Returns [`COLUMNS`] of the changed row.
    pub(crate) fn update(
        &self,
        id: TaskId,
        change: TaskChange,
        condition: &VersionCondition,
        now: Timestamp,
    ) -> Statement {
        static WITHOUT_DESCRIPTION: ConditionalSql = ConditionalSql::new();
        static WITH_DESCRIPTION: ConditionalSql = ConditionalSql::new();
        let sets_description = change.description.is_some();
        let sql = if sets_description { &WITH_DESCRIPTION } else { &WITHOUT_DESCRIPTION };
        let sql = sql.get_or_render(self.backend, condition, |version_filter| {
            let title = Expr::val(PLACEHOLDER).if_null(Expr::col(Column::Title));
            let mut values = vec![(Column::Title, title)];
            if sets_description {
                values.push((Column::Description, PLACEHOLDER.into()));
            }
            values.push((Column::UpdatedAt, later_of_now_and_updated_at()));
            values.push((Column::Version, Expr::col(Column::Version).add(one())));
            update_owned_task(values, version_filter)
        });
        let mut set_values: Vec<Value> = vec![change.title.map(String::from).into()];
        set_values.extend(change.description.map(|description| description.map(String::from).into()));
        set_values.push(now.as_micros().into());
        self.statement(sql, set_values, id_and_versions(id, condition))
    }

    /// Returns [`COLUMNS`]. A complete task keeps all its values.
    pub(crate) fn complete(&self, id: TaskId, condition: &VersionCondition, now: Timestamp) -> Statement {
        static SQL: ConditionalSql = ConditionalSql::new();
        let sql = SQL.get_or_render(self.backend, condition, |version_filter| {
            let if_incomplete = |then: Expr, column| if_incomplete(then, Expr::col(column));
            let values = [
                (Column::CompletedAt, if_incomplete(later_of_now_and_updated_at(), Column::CompletedAt)),
                (Column::UpdatedAt, if_incomplete(later_of_now_and_updated_at(), Column::UpdatedAt)),
                (Column::Version, if_incomplete(Expr::col(Column::Version).add(one()), Column::Version)),
            ];
            update_owned_task(values, version_filter)
        });
        let now = now.as_micros();
        self.statement(sql, [now.into(), now.into()], id_and_versions(id, condition))
    }

    /// Returns [`COLUMNS`]. An incomplete task keeps all its values.
    pub(crate) fn reopen(&self, id: TaskId, condition: &VersionCondition, now: Timestamp) -> Statement {
        static SQL: ConditionalSql = ConditionalSql::new();
        let sql = SQL.get_or_render(self.backend, condition, |version_filter| {
            let if_complete = |column, then: Expr| if_incomplete(Expr::col(column), then);
            let values = [
                (Column::CompletedAt, Expr::null()),
                (Column::UpdatedAt, if_complete(Column::UpdatedAt, later_of_now_and_updated_at())),
                (Column::Version, if_complete(Column::Version, Expr::col(Column::Version).add(one()))),
            ];
            update_owned_task(values, version_filter)
        });
        self.statement(sql, [now.as_micros().into()], id_and_versions(id, condition))
    }

    /// Returns no rows; the number of affected rows is 0 or 1.
    pub(crate) fn delete(&self, id: TaskId, condition: &VersionCondition) -> Statement {
        static SQL: ConditionalSql = ConditionalSql::new();
        let sql = SQL.get_or_render(self.backend, condition, |version_filter| {
            Query::delete().from_table(Tasks).cond_where(is_owned_task().add_option(version_filter)).take()
        });
        self.statement(sql, [], id_and_versions(id, condition))
    }

    /// SQLite only: deletes all tasks. Runs in one transaction with [`Self::delete_all_idempotency_keys`] and
    /// [`Self::delete_all_token_uses`].
    pub(crate) fn delete_all_tasks(&self) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || Query::delete().from_table(Tasks).and_where(is_owned()).take());
        self.statement(sql, [], [])
    }

    /// SQLite only: deletes all idempotency keys.
    pub(crate) fn delete_all_idempotency_keys(&self) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let is_owned = Expr::col(KeyColumn::OwnerId).eq(PLACEHOLDER);
            Query::delete().from_table(IdempotencyKeys).and_where(is_owned).take()
        });
        self.statement(sql, [], [])
    }

    /// SQLite only: deletes the uses of all tokens.
    pub(crate) fn delete_all_token_uses(&self) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let is_owned = Expr::col(UseColumn::OwnerId).eq(PLACEHOLDER);
            Query::delete().from_table(TokenUses).and_where(is_owned).take()
        });
        self.statement(sql, [], [])
    }

    /// PostgreSQL only: deletes all tasks, idempotency keys and uses of tokens in one statement, which is one transaction.
    pub(crate) fn delete_all(&self) -> Statement {
        let sql = "
            WITH deleted_keys AS (DELETE FROM idempotency_keys WHERE owner_id = $1),
                deleted_uses AS (DELETE FROM token_uses WHERE owner_id = $2)
            DELETE FROM tasks WHERE owner_id = $3";
        self.statement(sql, [], [self.owner.as_str().into(), self.owner.as_str().into()])
    }

    /// Returns [`token_use::COLUMNS`].
    pub(crate) fn list_token_uses(&self) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let is_owned = Expr::col(UseColumn::OwnerId).eq(PLACEHOLDER);
            Query::select().columns(token_use::COLUMNS).from(TokenUses).and_where(is_owned).take()
        });
        self.statement(sql, [], [])
    }

    /// Returns no rows. A later day that another process has written is kept.
    pub(crate) fn upsert_token_use(&self, token_use: &TokenUse, expires_at: Timestamp) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let columns = [UseColumn::OwnerId, UseColumn::TokenId, UseColumn::LastUsedOn, UseColumn::ExpiresAt];
            let stored = Expr::col((TokenUses, UseColumn::LastUsedOn));
            let later = Func::greatest([stored, Expr::col(("excluded", UseColumn::LastUsedOn))]);
            Query::insert()
                .into_table(TokenUses)
                .columns(columns)
                .values_panic(columns.map(|_| PLACEHOLDER.into()))
                .on_conflict(
                    OnConflict::columns([UseColumn::OwnerId, UseColumn::TokenId])
                        .value(UseColumn::LastUsedOn, later)
                        .to_owned(),
                )
                .take()
        });
        let values = [
            token_use.token_id.as_str().into(),
            token_use.last_used_on.as_days().into(),
            expires_at.as_micros().into(),
        ];
        self.statement(sql, [], values)
    }

    /// Returns fingerprint, task id and creation time of a key.
    pub(crate) fn find_idempotency_key(&self, key: &str) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            Query::select()
                .columns([KeyColumn::Fingerprint, KeyColumn::TaskId, KeyColumn::CreatedAt])
                .from(IdempotencyKeys)
                .and_where(Expr::col(KeyColumn::OwnerId).eq(PLACEHOLDER))
                .and_where(Expr::col(KeyColumn::Key).eq(PLACEHOLDER))
                .take()
        });
        self.statement(sql, [], [key.into()])
    }

    /// Returns no rows.
    pub(crate) fn insert_idempotency_key(&self, key: &KeyValues<'_>, task_id: TaskId) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(self.backend, || {
            let columns =
                [KeyColumn::OwnerId, KeyColumn::Key, KeyColumn::Fingerprint, KeyColumn::CreatedAt, KeyColumn::TaskId];
            let values = columns.map(|_| PLACEHOLDER.into());
            Query::insert().into_table(IdempotencyKeys).columns(columns).values_panic(values).take()
        });
        self.statement(sql, [], key.values().into_iter().chain([task_id.get().into()]))
    }

    /// PostgreSQL only: inserts key and task in one statement, which is one round trip and one transaction. Returns the
    /// id, or no row if the key exists. Of two at the same time, the second waits for the first and then inserts nothing.
    pub(crate) fn insert_key_and_task(&self, key: &KeyValues<'_>, new_task: &NewTask) -> Statement {
        let sql = "
            WITH inserted_key AS (
                INSERT INTO idempotency_keys (owner_id, key, fingerprint, created_at, task_id)
                VALUES ($1, $2, $3, $4, nextval('tasks_id_seq'))
                ON CONFLICT DO NOTHING
                RETURNING task_id, owner_id, created_at
            )
            INSERT INTO tasks (id, owner_id, title, description, created_at, updated_at) OVERRIDING SYSTEM VALUE
            SELECT task_id, owner_id, $5, $6, created_at, created_at FROM inserted_key
            RETURNING id";
        self.statement(sql, [], key.values().into_iter().chain(content_values(new_task)))
    }

    /// Binds the values in the order of the SQL text: those of SET, then the owner, then the rest.
    fn statement(
        &self,
        sql: impl Into<String>,
        set_values: impl IntoIterator<Item = Value>,
        values: impl IntoIterator<Item = Value>,
    ) -> Statement {
        let owner = std::iter::once(self.owner.as_str().into());
        Statement::from_sql_and_values(self.backend, sql, set_values.into_iter().chain(owner).chain(values))
    }
}

/// Statements that are not limited to one owner. None of them returns the content of a task.
pub(crate) mod maintenance {
    use sea_orm::{
        DbBackend, Statement,
        sea_query::{Expr, ExprTrait as _, Order, Query},
    };
    use todo_domain::Timestamp;

    use super::{Column, IdempotencyKeys, KeyColumn, PLACEHOLDER, RenderedSql, Tasks, TokenUses, UseColumn};

    /// Rows deleted by one statement, so that no other writer waits long.
    const PURGE_BATCH: i64 = 500;

    /// Reads one row at most.
    pub(crate) fn ping(backend: DbBackend) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(backend, || Query::select().column(Column::Id).from(Tasks).limit(1).take());
        Statement::from_sql_and_values(backend, sql, [1_i64.into()])
    }

    /// Deletes up to [`PURGE_BATCH`] idempotency keys created before `oldest`.
    pub(crate) fn purge_idempotency_keys(oldest: Timestamp, backend: DbBackend) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(backend, || {
            let key = [KeyColumn::OwnerId, KeyColumn::Key];
            let expired = Query::select()
                .columns(key)
                .from(IdempotencyKeys)
                .and_where(Expr::col(KeyColumn::CreatedAt).lt(PLACEHOLDER))
                .order_by(KeyColumn::CreatedAt, Order::Asc)
                .limit(PURGE_BATCH.unsigned_abs())
                .take();
            Query::delete()
                .from_table(IdempotencyKeys)
                .and_where(Expr::tuple(key.map(Expr::col)).in_subquery(expired))
                .take()
        });
        Statement::from_sql_and_values(backend, sql, [oldest.as_micros().into(), PURGE_BATCH.into()])
    }

    /// Deletes the uses of up to [`PURGE_BATCH`] tokens that have expired before `now`.
    pub(crate) fn purge_token_uses(now: Timestamp, backend: DbBackend) -> Statement {
        static SQL: RenderedSql = RenderedSql::new();
        let sql = SQL.get_or_render(backend, || {
            let key = [UseColumn::OwnerId, UseColumn::TokenId];
            let expired = Query::select()
                .columns(key)
                .from(TokenUses)
                .and_where(Expr::col(UseColumn::ExpiresAt).lt(PLACEHOLDER))
                .order_by(UseColumn::ExpiresAt, Order::Asc)
                .limit(PURGE_BATCH.unsigned_abs())
                .take();
            Query::delete().from_table(TokenUses).and_where(Expr::tuple(key.map(Expr::col)).in_subquery(expired)).take()
        });
        Statement::from_sql_and_values(backend, sql, [now.as_micros().into(), PURGE_BATCH.into()])
    }
}

impl KeyValues<'_> {
    /// Without the owner, which comes first.
    fn values(&self) -> [Value; 3] {
        [self.key.into(), self.fingerprint.to_vec().into(), self.created_at.as_micros().into()]
    }
}

fn content_values(new_task: &NewTask) -> [Value; 2] {
    [new_task.title.as_str().into(), new_task.description.as_ref().map(Description::as_str).into()]
}

fn id_and_versions(id: TaskId, condition: &VersionCondition) -> impl Iterator<Item = Value> {
    let versions = match condition {
        VersionCondition::Any => &[][..],
        VersionCondition::AnyOf(versions) => versions,
    };
    std::iter::once(id.get().into()).chain(versions.iter().map(|version| version.get().into()))
}

/// `owner_id = ?`
fn is_owned() -> Expr {
    Expr::col(Column::OwnerId).eq(PLACEHOLDER)
}

/// `owner_id = ? AND id = ?`
fn is_owned_task() -> Condition {
    Condition::all().add(is_owned()).add(Expr::col(Column::Id).eq(PLACEHOLDER))
}

fn update_owned_task(
    values: impl IntoIterator<Item = (Column, Expr)>,
    version_filter: Option<Expr>,
) -> UpdateStatement {
    Query::update()
        .table(Tasks)
        .values(values)
        .cond_where(is_owned_task().add_option(version_filter))
        .returning(Query::returning().columns(COLUMNS))
        .take()
}

/// The present instant, or `updated_at` if the clock was set back behind it.
fn later_of_now_and_updated_at() -> Expr {
    Func::greatest([Expr::col(Column::UpdatedAt), PLACEHOLDER.into()]).into()
}

fn if_incomplete(then: Expr, otherwise: Expr) -> Expr {
    CaseStatement::new().case(Expr::col(Column::CompletedAt).is_null(), then).finally(otherwise).into()
}

/// The literal 1, not a placeholder.
fn one() -> Expr {
    Expr::Constant(1_i64.into())
}

/// The SQL text of a statement for each backend, rendered on first use.
struct RenderedSql {
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

impl RenderedSql {
    const fn new() -> Self {
        Self { sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    fn get_or_render<S: StatementBuilder>(&self, backend: DbBackend, build: impl FnOnce() -> S) -> &str {
        self.get_or_init(backend, || backend.build(&build()).sql)
    }

    fn get_or_init(&self, backend: DbBackend, render: impl FnOnce() -> String) -> &str {
        let sql = if backend == DbBackend::Postgres { &self.postgres } else { &self.sqlite };
        sql.get_or_init(render)
    }
}

/// The SQL text of a statement with a [`VersionCondition`]. The condition has variable length: the text is rendered once
/// for no and for one version, and for each request otherwise.
struct ConditionalSql {
    any_version: RenderedSql,
    one_version: RenderedSql,
}

impl ConditionalSql {
    const fn new() -> Self {
        Self { any_version: RenderedSql::new(), one_version: RenderedSql::new() }
    }

    fn get_or_render<S: StatementBuilder>(
        &self,
        backend: DbBackend,
        condition: &VersionCondition,
        build: impl FnOnce(Option<Expr>) -> S,
    ) -> Cow<'_, str> {
        let version = || Expr::col(Column::Version);
        match condition {
            VersionCondition::Any => self.any_version.get_or_render(backend, || build(None)).into(),
            VersionCondition::AnyOf(versions) => match versions.len() {
                // sea-query renders an empty IN with placeholders.
                0 => backend.build(&build(Some(Expr::Constant(false.into())))).sql.into(),
                1 => self.one_version.get_or_render(backend, || build(Some(version().eq(PLACEHOLDER)))).into(),
                count => {
                    let filter = version().is_in(std::iter::repeat_n(PLACEHOLDER, count));
                    backend.build(&build(Some(filter))).sql.into()
                }
            },
        }
    }
}
