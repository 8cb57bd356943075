use super::keys::Key;

/// A setting that cannot be used. Says which, and how to mend it; never a secret's value.
#[derive(Debug)]
pub(crate) struct SettingsError(String);

impl SettingsError {
    /// What is wrong with a known setting.
    pub(crate) fn of(key: &Key, problem: impl std::fmt::Display) -> Self {
        Self(format!("setting {} ({}): {problem}", key.name, key.variable))
    }

    /// What is wrong elsewhere.
    pub(crate) fn other(problem: impl Into<String>) -> Self {
        Self(problem.into())
    }
}

impl std::fmt::Display for SettingsError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str(&self.0)
    }
}

impl std::error::Error for SettingsError {}
