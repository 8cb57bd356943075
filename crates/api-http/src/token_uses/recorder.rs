use std::{
    collections::HashSet,
    fmt,
    hash::{BuildHasher as _, RandomState},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

use auth_core::AuthenticatedUser;
use todo_domain::{JwtId, Timestamp, TokenUse, UtcDate};
use todo_store::OwnerTasks;
use tokio::sync::Semaphore;
use tracing::warn;

/// The `client_id` of personal access tokens. Other clients get a new token for each session, and would fill the table.
const PERSONAL_ACCESS_TOKEN: &str = "personal-access-token";

/// Tokens that are remembered as recorded today, of 8 bytes each. The uses of further tokens are not recorded that day.
const MAX_RECORDED: usize = 100_000;

/// Writes at the same time. A use beyond them is recorded with a later request of its token.
const MAX_WRITES: usize = 64;

/// Records the day of the last use of each personal access token: one write for the first use of a day, in the background. It
/// neither delays a request nor lets it fail, and a token of the web app itself costs nothing.
pub(crate) struct TokenUseRecorder {
    recorded: Mutex<Recorded>,
    /// Seeded at random, so that no client can choose two tokens with the same hash.
    hasher: RandomState,
    writes: Arc<Semaphore>,
}

/// The tokens whose use on this day is recorded or being recorded.
struct Recorded {
    on: UtcDate,
    /// Hashes of user and token. By chance, two of 100,000 are equal with a probability of 3 in 10^10.
    tokens: HashSet<u64>,
}

impl TokenUseRecorder {
    pub(crate) fn new() -> Self {
        Self {
            recorded: Mutex::new(Recorded { on: UtcDate::from_days(0), tokens: HashSet::new() }),
            hasher: RandomState::new(),
            writes: Arc::new(Semaphore::new(MAX_WRITES)),
        }
    }

    /// Records that a token of this user, who owns these tasks, is used now.
    pub(crate) fn record(self: &Arc<Self>, user: &AuthenticatedUser, tasks: &OwnerTasks) {
        let Some(token_id) = user.token_id() else { return };
        if user.client_id() != Some(PERSONAL_ACCESS_TOKEN) {
            return;
        }
        let Ok(token_id) = token_id.parse::<JwtId>() else { return };
        let today = UtcDate::from(Timestamp::from(SystemTime::now()));
        let key = self.hasher.hash_one((user.user_id(), token_id.as_str()));
        if self.lock().is_recorded(key, today) {
            return;
        }
        let Ok(permit) = Arc::clone(&self.writes).try_acquire_owned() else { return };
        if !self.lock().insert(key, today) {
            return;
        }
        let token_use = TokenUse { token_id, last_used_on: today };
        let expires_at =
            Timestamp::from_micros(user.expires_at().saturating_mul(1_000_000).try_into().unwrap_or(i64::MAX));
        let (recorder, tasks) = (Arc::clone(self), tasks.clone());
        tokio::spawn(async move {
            let _permit = permit;
            if let Err(error) = tasks.record_token_use(&token_use, expires_at).await {
                warn!(%error, "the use of a personal access token is not recorded, next attempt with its next request");
                recorder.lock().tokens.remove(&key);
            }
        });
    }

    fn lock(&self) -> MutexGuard<'_, Recorded> {
        // The set is valid after each operation.
        self.recorded.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Recorded {
    fn is_recorded(&mut self, key: u64, today: UtcDate) -> bool {
        if self.on != today {
            self.on = today;
            self.tokens.clear();
        }
        self.tokens.contains(&key) || self.tokens.len() >= MAX_RECORDED
    }

    /// Returns `false` if another request has inserted the token in the meantime.
    fn insert(&mut self, key: u64, today: UtcDate) -> bool {
        !self.is_recorded(key, today) && self.tokens.insert(key)
    }
}

impl fmt::Debug for TokenUseRecorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TokenUseRecorder").field("recorded", &self.lock().tokens.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_is_recorded_once_a_day_and_at_most_100_000_tokens_a_day_are() {
        let mut recorded = Recorded { on: UtcDate::from_days(0), tokens: HashSet::new() };
        let (monday, tuesday) = (UtcDate::from_days(4), UtcDate::from_days(5));
        assert!(recorded.insert(0, monday));
        assert!(!recorded.insert(0, monday));
        assert!(recorded.insert(0, tuesday));
        for key in 1..200_000 {
            recorded.insert(key, tuesday);
        }
        assert_eq!(recorded.tokens.len(), MAX_RECORDED);
        assert!(recorded.is_recorded(199_999, tuesday));
        assert!(!recorded.is_recorded(0, monday));
    }
}
