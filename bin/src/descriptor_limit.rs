//! The limit of open files of this process.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use tracing::warn;

/// Descriptors beside those of clients and of the database: listener, log, event loops, requests to the issuer.
const OTHER_DESCRIPTORS: u64 = 100;

/// Files that each SQLite connection has open: database, write-ahead log, shared memory.
const DESCRIPTORS_OF_A_DATABASE_CONNECTION: u64 = 3;

/// Raises the soft limit of open files to what these connections need, as far as the hard limit allows. Logs a warning if
/// that is not enough: a server that has no descriptor left accepts no connection and cannot open its database.
pub(crate) fn raise_for(max_connections: u64, database_connections: u64) {
    let required = max_connections + DESCRIPTORS_OF_A_DATABASE_CONNECTION * database_connections + OTHER_DESCRIPTORS;
    let limit = getrlimit(Resource::Nofile);
    let Some(target) = soft_limit_for(required, limit) else { return };
    let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(target), maximum: limit.maximum });
    let available = if raised.is_ok() { target } else { limit.current.unwrap_or(target) };
    if available < required {
        warn!(
            available,
            required,
            "the limit of open files is too low for TODO__HTTP__MAX_CONNECTIONS: raise it (ulimit -n, LimitNOFILE of \
            systemd) or lower the setting"
        );
    }
}

/// The soft limit to set, or `None` if the present one is enough. `None` in a limit is infinity.
fn soft_limit_for(required: u64, limit: Rlimit) -> Option<u64> {
    let current = limit.current.filter(|current| *current < required)?;
    Some(limit.maximum.unwrap_or(required).min(required).max(current))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soft_limit(current: Option<u64>, maximum: Option<u64>) -> Option<u64> {
        soft_limit_for(10_000, Rlimit { current, maximum })
    }

    #[test]
    fn soft_limit_is_raised_to_the_required_number_within_the_hard_limit() {
        assert_eq!(soft_limit(Some(1024), Some(1_048_576)), Some(10_000));
        assert_eq!(soft_limit(Some(1024), None), Some(10_000));
        assert_eq!(soft_limit(Some(1024), Some(4096)), Some(4096));
        assert_eq!(soft_limit(Some(1024), Some(1024)), Some(1024));
        assert_eq!(soft_limit(Some(10_000), Some(10_000)), None);
        assert_eq!(soft_limit(None, None), None);
    }
}
