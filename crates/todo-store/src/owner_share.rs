use std::{
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
    time::Duration,
};

use todo_domain::OwnerId;
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use crate::error::{ErrorDetail, StoreError};

/// Owners are spread over this many semaphores by a hash with a random seed. Two owners share one with a probability of
/// 1 in 1024, and cannot choose with whom.
const STRIPES: usize = 1024;

/// Maximum time to wait for one of the owner's own operations.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// How many operations one owner may have in the queues of the database connections. Further ones wait among themselves, so
/// another owner's operation never waits for more than that many of them (decision 54).
#[derive(Debug)]
pub(crate) struct OwnerShares {
    hasher: RandomState,
    reads: Vec<Semaphore>,
    /// `None` where reads and writes use the same connections.
    writes: Option<Vec<Semaphore>>,
}

impl OwnerShares {
    /// For connections that read and write.
    pub(crate) fn shared(operations: usize) -> Arc<Self> {
        Arc::new(Self { hasher: RandomState::new(), reads: stripes(operations), writes: None })
    }

    /// For connections that read, and others that write.
    pub(crate) fn separate(reads: usize, writes: usize) -> Arc<Self> {
        Arc::new(Self { hasher: RandomState::new(), reads: stripes(reads), writes: Some(stripes(writes)) })
    }

    pub(crate) fn of_owner(self: &Arc<Self>, owner: &OwnerId) -> OwnerShare {
        // The remainder is below 1024.
        #[expect(clippy::cast_possible_truncation, reason = "only the lower bits are used")]
        let stripe = self.hasher.hash_one(owner.as_str()) as usize % STRIPES;
        OwnerShare { shares: self.clone(), stripe }
    }
}

fn stripes(permits: usize) -> Vec<Semaphore> {
    (0..STRIPES).map(|_| Semaphore::new(permits)).collect()
}

/// The share of one owner.
#[derive(Clone, Debug)]
pub(crate) struct OwnerShare {
    shares: Arc<OwnerShares>,
    stripe: usize,
}

impl OwnerShare {
    pub(crate) async fn acquire_read(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        acquire(&self.shares.reads[self.stripe]).await
    }

    pub(crate) async fn acquire_write(&self) -> Result<SemaphorePermit<'_>, StoreError> {
        acquire(&self.shares.writes.as_ref().unwrap_or(&self.shares.reads)[self.stripe]).await
    }
}

async fn acquire(semaphore: &Semaphore) -> Result<SemaphorePermit<'_>, StoreError> {
    if let Ok(permit) = semaphore.try_acquire() {
        return Ok(permit);
    }
    match timeout(ACQUIRE_TIMEOUT, semaphore.acquire()).await {
        Ok(Ok(permit)) => Ok(permit),
        // A semaphore is never closed.
        _ => Err(StoreError::Unavailable(ErrorDetail::new("other operations of the same owner took too long"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn owner(id: &str) -> OwnerId {
        #[expect(clippy::disallowed_methods, reason = "a test has no token")]
        OwnerId::from_verified(id).unwrap()
    }

    #[tokio::test]
    async fn operation_waits_only_for_those_of_the_same_owner() {
        let shares = OwnerShares::separate(2, 1);
        let ann = shares.of_owner(&owner("ann"));
        // Another owner than the few that share ann's semaphore.
        let other = (0..STRIPES)
            .map(|id| shares.of_owner(&owner(&format!("bob{id}"))))
            .find(|bob| bob.stripe != ann.stripe)
            .unwrap();
        let write = ann.acquire_write().await.unwrap();
        let (_first, _second) = (ann.acquire_read().await.unwrap(), ann.acquire_read().await.unwrap());
        assert!(timeout(Duration::ZERO, ann.acquire_write()).await.is_err(), "a second write");
        assert!(timeout(Duration::ZERO, ann.acquire_read()).await.is_err(), "a third read");
        assert!(other.acquire_write().await.is_ok() && other.acquire_read().await.is_ok());
        drop(write);
        assert!(ann.acquire_write().await.is_ok());
    }

    #[tokio::test]
    async fn reads_and_writes_of_the_same_connections_have_one_share() {
        let shares = OwnerShares::shared(1);
        let ann = shares.of_owner(&owner("ann"));
        let _read = ann.acquire_read().await.unwrap();
        assert!(timeout(Duration::ZERO, ann.acquire_write()).await.is_err());
    }
}
