use todo_domain::Version;

/// Which version of a task a change is meant for (RFC 9110 §13.1.1, `If-Match`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VersionCondition {
    /// Whichever there is.
    Any,
    /// One of these. None of them is a reason for [`StoreError::VersionMismatch`](crate::StoreError::VersionMismatch).
    AnyOf(Vec<Version>),
}
