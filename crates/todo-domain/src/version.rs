/// How often a task changed, counted from 1 at its creation. Two answers with the same version are the same task,
/// byte for byte (RFC 9110 §8.8.1: a strong validator).
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct Version(i64);

impl Version {
    /// The version of a task that was just created.
    pub const FIRST: Self = Self(1);

    /// A version from a number, which must be positive.
    #[must_use]
    pub fn new(value: i64) -> Option<Self> {
        (value > 0).then_some(Self(value))
    }

    /// The version of a stored row.
    #[must_use]
    pub const fn new_unchecked(version: i64) -> Self {
        Self(version)
    }

    /// The number.
    #[must_use]
    pub const fn get(self) -> i64 {
        self.0
    }
}
