//! What is reported about a rejected request.

use std::fmt;
use std::sync::Arc;

use crate::bearer::BearerError;

/// A rejected request, as [`Authenticator::on_rejection`](super::Authenticator::on_rejection) reports it.
#[non_exhaustive]
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RejectionEvent<'r> {
    /// Why the request was rejected. [`BearerError::reason`] is the rule, for a log field or a metric.
    pub error: &'r BearerError,
    /// The `kid` of the token, if its header can be read: at most 64 characters before control characters and quotes are escaped. It is not
    /// verified, so the client may have chosen it.
    pub key_id: Option<String>,
}

/// A function of the service.
#[derive(Clone)]
pub(super) struct RejectionHook(Arc<dyn Fn(&RejectionEvent<'_>) + Send + Sync>);

impl RejectionHook {
    pub(super) fn new(hook: impl Fn(&RejectionEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(hook))
    }

    pub(super) fn call(&self, event: &RejectionEvent<'_>) {
        (self.0)(event);
    }
}

impl fmt::Debug for RejectionHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RejectionHook")
    }
}
