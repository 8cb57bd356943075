/// A limit that a request exceeded.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Limit {
    /// Requests of one user in a minute.
    RequestsPerMinute,
    /// Unfinished responses of one user.
    UnfinishedResponses,
}

impl Limit {
    /// The name in the log. Stable.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::RequestsPerMinute => "requests_per_minute",
            Self::UnfinishedResponses => "unfinished_responses",
        }
    }
}
