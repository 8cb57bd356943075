/// The version of a task: 1 at its creation, plus 1 with each change. Two responses with the same version have the same
/// bytes, so it is a strong validator (RFC 9110 §8.8.1).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Version(i64);

impl Version {
    /// The version of a task that was just created.
    pub const FIRST: Self = Self(1);

    /// Creates a version from a number of at least 1, such as one in a client's `If-Match`. Returns `None` for others.
    #[must_use]
    pub const fn new(value: i64) -> Option<Self> {
        if value < 1 { None } else { Some(Self(value)) }
    }

    /// Creates a version from a stored row, without validation: the database checks that it is at least 1.
    #[must_use]
    pub const fn new_unchecked(value: i64) -> Self {
        Self(value)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_below_one_is_rejected() {
        assert_eq!(Version::new(1), Some(Version::FIRST));
        assert_eq!(Version::new(i64::MAX).map(Version::get), Some(i64::MAX));
        for value in [0, -1, i64::MIN] {
            assert_eq!(Version::new(value), None);
        }
    }
}
