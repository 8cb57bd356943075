use sea_orm::{DbBackend, Statement, Value};
use todo_domain::{Description, NewTask, Task, Timestamp};

use crate::{ErrorDetail, IdempotencyKey, OwnerTasks, StoreError, idempotency::fingerprint, row, session::Session};

impl OwnerTasks {
    /// Adds a task once, however often it is asked to: a repeat with the same content gives the first answer again, as
    /// it was, even when the task has changed or is gone since. Of several at the same time one adds.
    ///
    /// [`StoreError::IdempotencyKeyReused`] when the key came with another content before.
    pub async fn create_idempotent(
        &self,
        new: NewTask,
        key: &IdempotencyKey,
        at: Timestamp,
    ) -> Result<Task, StoreError> {
        let fingerprint = fingerprint(&new).map_err(|error| StoreError::Internal(ErrorDetail::new(error)))?;
        let claim = Claim { tasks: self, new: &new, key, fingerprint, at };
        let (id, at) = self.database.write(async |db| claim.settle(&db).await).await?;
        Ok(row::added(&self.owner, id, new, at))
    }
}

/// A request that wants its key.
struct Claim<'a> {
    tasks: &'a OwnerTasks,
    new: &'a NewTask,
    key: &'a IdempotencyKey,
    fingerprint: Vec<u8>,
    at: Timestamp,
}

/// The id of the task that the key stands for, and when it was added.
type Added = (i64, Timestamp);

impl Claim<'_> {
    async fn settle(&self, db: &Session<'_>) -> Result<Added, StoreError> {
        // Twice, because old keys are forgotten at any time: also between the two statements.
        for _ in 0..2 {
            if let Some(added) = self.add_first(db).await? {
                return Ok(added);
            }
            if let Some(added) = self.added_before(db).await? {
                return Ok(added);
            }
        }
        Err(StoreError::Unavailable(ErrorDetail::new("the idempotency key comes and goes")))
    }

    /// Adds key and task, unless the key is there.
    async fn add_first(&self, db: &Session<'_>) -> Result<Option<Added>, StoreError> {
        let id = match db.backend() {
            DbBackend::Postgres => self.add_in_one_statement(db).await?,
            _ => self.add_step_by_step(db).await?,
        };
        Ok(id.map(|id| (id, self.at)))
    }

    /// Of two at the same time the second waits at the key for the first, then does nothing.
    async fn add_in_one_statement(&self, db: &Session<'_>) -> Result<Option<i64>, StoreError> {
        let sql = "
            WITH first AS (
                INSERT INTO idempotency_keys (owner_id, key, fingerprint, created_at, task_id)
                VALUES ($1, $2, $3, $4, nextval('tasks_id_seq'))
                ON CONFLICT DO NOTHING
                RETURNING task_id, owner_id, created_at
            )
            INSERT INTO tasks (id, owner_id, title, description, created_at, updated_at) OVERRIDING SYSTEM VALUE
            SELECT task_id, owner_id, $5, $6, created_at, created_at FROM first
            RETURNING id";
        let NewTask { title, description } = self.new;
        let content: [Value; 2] = [title.as_str().into(), description.as_ref().map(Description::as_str).into()];
        let row = db.one(statement(db, sql, self.key_row().into_iter().chain(content))).await?;
        Ok(row.map(|row| row.try_get_by_index(0)).transpose()?)
    }

    /// Inside SQLite's immediate transaction nobody else writes between the steps.
    async fn add_step_by_step(&self, db: &Session<'_>) -> Result<Option<i64>, StoreError> {
        if self.added_before(db).await?.is_some() {
            return Ok(None);
        }
        let row = db.one(self.tasks.mine().add(self.new, self.at)).await?;
        let id: i64 = row.ok_or_else(StoreError::no_row)?.try_get_by_index(0)?;
        let sql = "
            INSERT INTO idempotency_keys (owner_id, key, fingerprint, created_at, task_id)
            VALUES ($1, $2, $3, $4, $5)";
        db.execute(statement(db, sql, self.key_row().into_iter().chain([id.into()]))).await?;
        Ok(Some(id))
    }

    async fn added_before(&self, db: &Session<'_>) -> Result<Option<Added>, StoreError> {
        let sql = "SELECT fingerprint, task_id, created_at FROM idempotency_keys WHERE owner_id = $1 AND key = $2";
        let Some(row) = db.one(statement(db, sql, self.key_row().into_iter().take(2))).await? else {
            return Ok(None);
        };
        let (fingerprint, id, at): (Vec<u8>, i64, i64) = row.try_get_many_by_index()?;
        if fingerprint != self.fingerprint {
            return Err(StoreError::IdempotencyKeyReused);
        }
        Ok(Some((id, Timestamp::from_micros(at))))
    }

    fn key_row(&self) -> [Value; 4] {
        [
            self.tasks.owner.as_str().into(),
            self.key.as_str().into(),
            self.fingerprint.clone().into(),
            self.at.as_micros().into(),
        ]
    }
}

fn statement(db: &Session<'_>, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(db.backend(), sql, values)
}
