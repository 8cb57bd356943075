use std::str::FromStr;

use sea_orm::{ConnectionTrait, DbBackend};
use sha2::{Digest as _, Sha256};
use todo_domain::{NewTask, TaskId, Timestamp};

use crate::{
    entity::task::read_id,
    error::{ErrorDetail, StoreError},
    executor::Executor,
    queries::{KeyValues, OwnedTasks},
};

/// The value of a client's `Idempotency-Key`: 1 to [`IdempotencyKey::MAX`] printable ASCII characters.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct IdempotencyKey(String);

/// The text is empty, longer than [`IdempotencyKey::MAX`] or not printable ASCII.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("an idempotency key has 1 to {max} printable ASCII characters", max = IdempotencyKey::MAX)]
pub struct IdempotencyKeyError;

impl IdempotencyKey {
    /// Maximum length in characters, which are bytes.
    pub const MAX: usize = 255;

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for IdempotencyKey {
    type Err = IdempotencyKeyError;

    fn from_str(text: &str) -> Result<Self, IdempotencyKeyError> {
        let is_valid = (1..=Self::MAX).contains(&text.len()) && text.bytes().all(|byte| matches!(byte, b' '..=b'~'));
        is_valid.then(|| Self(text.to_owned())).ok_or(IdempotencyKeyError)
    }
}

/// The task that a key was used for: its id and creation time.
pub(crate) type CreatedTask = (TaskId, Timestamp);

/// The creation of a task with an idempotency key.
pub(crate) struct IdempotentCreate<'a> {
    queries: OwnedTasks<'a>,
    new_task: &'a NewTask,
    key: &'a IdempotencyKey,
    fingerprint: Vec<u8>,
    created_at: Timestamp,
}

impl<'a> IdempotentCreate<'a> {
    pub(crate) fn new(
        queries: OwnedTasks<'a>,
        new_task: &'a NewTask,
        key: &'a IdempotencyKey,
        created_at: Timestamp,
    ) -> Result<Self, StoreError> {
        let fingerprint = fingerprint(new_task).map_err(|error| StoreError::Internal(ErrorDetail::new(error)))?;
        Ok(Self { queries, new_task, key, fingerprint, created_at })
    }

    pub(crate) async fn execute(&self, db: &Executor<'_>) -> Result<CreatedTask, StoreError> {
        // Two attempts, because a key may be purged between the two statements.
        for _ in 0..2 {
            if let Some(id) = self.insert_key_and_task(db).await? {
                return Ok((id, self.created_at));
            }
            if let Some(created) = self.find_existing(db).await? {
                return Ok(created);
            }
        }
        Err(StoreError::Unavailable(ErrorDetail::new("the idempotency key was purged twice during the request")))
    }

    /// Returns `None` if the key exists.
    async fn insert_key_and_task(&self, db: &Executor<'_>) -> Result<Option<TaskId>, StoreError> {
        if db.get_database_backend() == DbBackend::Postgres {
            let statement = self.queries.insert_key_and_task(&self.key_values(), self.new_task);
            let row = db.query_one_raw(statement).await?;
            return Ok(row.as_ref().map(read_id).transpose()?);
        }
        // SQLite's immediate transaction excludes other writers between these statements.
        if self.find_existing(db).await?.is_some() {
            return Ok(None);
        }
        let row = db.query_one_raw(self.queries.insert(self.new_task, self.created_at)).await?;
        let id = read_id(&row.ok_or_else(StoreError::missing_row)?)?;
        db.execute_raw(self.queries.insert_idempotency_key(&self.key_values(), id)).await?;
        Ok(Some(id))
    }

    async fn find_existing(&self, db: &Executor<'_>) -> Result<Option<CreatedTask>, StoreError> {
        let Some(row) = db.query_one_raw(self.queries.find_idempotency_key(self.key.as_str())).await? else {
            return Ok(None);
        };
        let (fingerprint, id, created_at): (Vec<u8>, i64, i64) = row.try_get_many_by_index()?;
        if fingerprint != self.fingerprint {
            return Err(StoreError::IdempotencyKeyReused);
        }
        #[expect(clippy::disallowed_methods, reason = "the database checks the same bounds as the domain type")]
        let id = TaskId::new_unchecked(id);
        Ok(Some((id, Timestamp::from_micros(created_at))))
    }

    fn key_values(&self) -> KeyValues<'_> {
        KeyValues { key: self.key.as_str(), fingerprint: &self.fingerprint, created_at: self.created_at }
    }
}

/// Identifies the content of a request: the SHA-256 of its canonical JSON, 32 bytes.
fn fingerprint(new_task: &NewTask) -> Result<Vec<u8>, serde_json::Error> {
    Ok(Sha256::digest(serde_json::to_vec(new_task)?).to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn idempotency_key_out_of_bounds_or_not_printable_is_rejected() {
        for key in ["a", "8e03978e-40d5-43dd-bc93-6894a57f9324", "two words", "\"quoted\"", &"x".repeat(255)] {
            assert_eq!(key.parse::<IdempotencyKey>().unwrap().as_str(), key);
        }
        for text in ["", "a\n", "\0", "\u{7f}", "é", &"x".repeat(256)] {
            assert_eq!(text.parse::<IdempotencyKey>(), Err(IdempotencyKeyError));
        }
    }

    /// Stored keys outlive a deployment, so the format must never change.
    #[test]
    fn persisted_fingerprint_format_is_unchanged() {
        let new_task: NewTask = serde_json::from_str(r#"{"description": null, "title": " Buy milk "}"#).unwrap();
        let expected = Sha256::digest(r#"{"title":"Buy milk","description":null}"#).to_vec();
        assert_eq!(fingerprint(&new_task).unwrap(), expected);
    }
}
