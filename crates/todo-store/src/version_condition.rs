use todo_domain::Version;

/// A precondition of a change: the versions that the task may have (RFC 9110 §13.1.1, `If-Match`).
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum VersionCondition {
    /// Any version.
    Any,
    /// One of these. Otherwise the change fails with [`StoreError::VersionMismatch`](crate::StoreError::VersionMismatch).
    AnyOf(Vec<Version>),
}
