//! Claims that a policy requires besides those that every token must have.

use std::fmt;
use std::sync::Arc;

use serde_json::{Map, Value as Json};

use crate::VerifyError;
use crate::json::Value;

/// What one claim must be.
#[derive(Clone)]
pub(crate) struct Requirement {
    claim: Box<str>,
    holds: Arc<Predicate>,
}

type Predicate = dyn Fn(Option<&Json>) -> bool + Send + Sync;

impl Requirement {
    pub(crate) fn new(claim: String, holds: impl Fn(Option<&Json>) -> bool + Send + Sync + 'static) -> Self {
        Self { claim: claim.into(), holds: Arc::new(holds) }
    }
}

/// Whether the claims are as required. The payload was read strictly before: nothing in it has two meanings.
pub(crate) fn judge_claims(required: &[Requirement], payload: &str) -> Result<(), VerifyError> {
    if required.is_empty() {
        return Ok(());
    }
    let claims: Map<String, Json> = serde_json::from_str(payload).map_err(|_| VerifyError::InvalidPayload)?;
    let all_hold = required.iter().all(|rule| (rule.holds)(claims.get(&*rule.claim)));
    if all_hold { Ok(()) } else { Err(VerifyError::ClaimRequirementNotMet) }
}

/// Whether each required scope is one of the words of `scope` (RFC 8693 §4.2), compared byte for byte.
pub(crate) fn judge_scope(required: &[String], scope: &Value<'_>) -> Result<(), VerifyError> {
    let granted = |wanted: &String| match scope {
        Value::Text(scope) => scope.split(' ').any(|word| word == wanted),
        _ => false,
    };
    if required.iter().all(granted) { Ok(()) } else { Err(VerifyError::InsufficientScope) }
}

impl PartialEq for Requirement {
    /// Two closures are equal when they are the same one.
    fn eq(&self, other: &Self) -> bool {
        self.claim == other.claim && Arc::ptr_eq(&self.holds, &other.holds)
    }
}

impl Eq for Requirement {}

impl fmt::Debug for Requirement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Requirement").field(&self.claim).finish()
    }
}
