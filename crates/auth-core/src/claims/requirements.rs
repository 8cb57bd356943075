//! Claims and scopes that a service requires in addition to the registered claims.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::VerifyError;

/// A claim and the predicate that it must meet.
#[derive(Clone)]
pub(super) struct ClaimRequirement {
    claim: Box<str>,
    predicate: Arc<Predicate>,
}

type Predicate = dyn Fn(Option<&Json>) -> bool + Send + Sync;

impl ClaimRequirement {
    pub(super) fn new(claim: String, predicate: impl Fn(Option<&Json>) -> bool + Send + Sync + 'static) -> Self {
        Self { claim: claim.into(), predicate: Arc::new(predicate) }
    }
}

/// Requires that the claims in `payload` meet all requirements. The strict reader has accepted the payload before, so it has no
/// duplicate names.
pub(super) fn validate_required_claims(requirements: &[ClaimRequirement], payload: &str) -> Result<(), VerifyError> {
    if requirements.is_empty() {
        return Ok(());
    }
    let claims: Map<String, Json> = serde_json::from_str(payload).map_err(|_| VerifyError::InvalidPayload)?;
    let all_met = requirements.iter().all(|required| (required.predicate)(claims.get(&*required.claim)));
    if all_met { Ok(()) } else { Err(VerifyError::ClaimRequirementNotMet) }
}

impl PartialEq for ClaimRequirement {
    /// Compares predicates by identity: closures have no other equality.
    fn eq(&self, other: &Self) -> bool {
        self.claim == other.claim && Arc::ptr_eq(&self.predicate, &other.predicate)
    }
}

impl Eq for ClaimRequirement {}

impl fmt::Debug for ClaimRequirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ClaimRequirement").field(&self.claim).finish()
    }
}
