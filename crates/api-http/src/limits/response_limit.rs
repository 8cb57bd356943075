use std::{
    num::NonZeroU32,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use actix_web::{
    body::{BodySize, BoxBody, MessageBody},
    dev::ServiceResponse,
    web::Bytes,
};
use dashmap::DashMap;
use todo_domain::OwnerId;

use crate::error::{ApiError, Limit};

/// `Retry-After` in seconds. A response that is read normally is finished much sooner.
const RETRY_AFTER_SECONDS: u64 = 1;

/// A body of at most this size costs less than the connection that it waits for, and connections have a limit of their
/// own. It does not count as unfinished once it is complete.
const SMALL_BODY_BYTES: u64 = 4096;

/// A limit on the unfinished responses of each user: a response counts from the authorization of its request until the
/// connection has taken its body, or has dropped it. So a user whose connections are not read holds little memory.
///
/// Contains the users with unfinished responses only.
#[derive(Debug)]
pub(crate) struct ResponseLimit {
    max: u32,
    unfinished: DashMap<OwnerId, u32>,
}

impl ResponseLimit {
    pub(crate) fn new(max: NonZeroU32) -> Self {
        Self { max: max.get(), unfinished: DashMap::new() }
    }

    pub(crate) fn acquire(self: &Arc<Self>, user: &OwnerId) -> Result<ResponsePermit, ApiError> {
        let mut count = self.unfinished.entry(user.clone()).or_insert(0);
        if *count >= self.max {
            let limit = Limit::UnfinishedResponses;
            return Err(ApiError::TooManyRequests { limit, retry_after: RETRY_AFTER_SECONDS });
        }
        *count += 1;
        Ok(ResponsePermit { limit: self.clone(), user: user.clone() })
    }
}

/// One unfinished response. Dropping it finishes the response.
#[derive(Debug)]
pub(crate) struct ResponsePermit {
    limit: Arc<ResponseLimit>,
    user: OwnerId,
}

impl ResponsePermit {
    /// Keeps the permit as long as the body exists. A small body, and a stream, whose length is not known, return it.
    pub(crate) fn hold_while_sending(self, response: ServiceResponse<BoxBody>) -> ServiceResponse<BoxBody> {
        match response.response().body().size() {
            BodySize::Sized(bytes) if bytes > SMALL_BODY_BYTES => {
                response.map_body(|_, body| BoxBody::new(PermitBody { body, _permit: self }))
            }
            _ => response,
        }
    }
}

impl Drop for ResponsePermit {
    fn drop(&mut self) {
        self.limit.unfinished.remove_if_mut(&self.user, |_, count| {
            *count -= 1;
            *count == 0
        });
    }
}

/// A body with the permit of its response.
struct PermitBody {
    body: BoxBody,
    _permit: ResponsePermit,
}

impl MessageBody for PermitBody {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[expect(clippy::disallowed_methods, reason = "tests need no authenticated user")]
    fn user(id: &str) -> OwnerId {
        OwnerId::from_verified(id).unwrap()
    }

    #[test]
    fn permit_beyond_the_limit_is_refused_until_another_is_dropped() {
        let limit = Arc::new(ResponseLimit::new(NonZeroU32::new(2).unwrap()));
        let first = limit.acquire(&user("ann")).unwrap();
        let _second = limit.acquire(&user("ann")).unwrap();
        assert!(matches!(
            limit.acquire(&user("ann")),
            Err(ApiError::TooManyRequests { limit: Limit::UnfinishedResponses, retry_after: 1 })
        ));
        let _other_user = limit.acquire(&user("bob")).unwrap();
        drop(first);
        let _third = limit.acquire(&user("ann")).unwrap();
        assert!(limit.acquire(&user("ann")).is_err());
    }

    #[test]
    fn user_without_unfinished_responses_takes_no_memory() {
        let limit = Arc::new(ResponseLimit::new(NonZeroU32::MIN));
        for number in 0..1000 {
            drop(limit.acquire(&user(&number.to_string())).unwrap());
        }
        assert!(limit.unfinished.is_empty());
    }
}
