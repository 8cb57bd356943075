//! Environment variables of the settings.

pub(super) const PREFIX: &str = "TODO";
pub(super) const SEPARATOR: &str = "__";

/// Keys with an established environment variable. The variable of any other key is `TODO__<SECTION>__<NAME>`.
pub(super) const ALIASES: [(&str, &str); 6] = [
    ("auth.secret", "BETTER_AUTH_SECRET"),
    ("auth.secrets", "BETTER_AUTH_SECRETS"),
    ("database.url", "DATABASE_URL"),
    ("http.host", "HOST"),
    ("http.port", "PORT"),
    ("log.filter", "RUST_LOG"),
];

/// Keys whose value can come from the file that `<variable>_FILE` names.
pub(super) const SECRETS: [&str; 3] = ["auth.secret", "auth.secrets", "database.url"];

/// The environment variable of a key.
pub(crate) fn variable_of(key: &str) -> String {
    let alias = ALIASES.iter().find(|(aliased, _)| *aliased == key);
    alias.map_or_else(
        || format!("{PREFIX}{SEPARATOR}{}", key.to_uppercase().replace('.', SEPARATOR)),
        |(_, variable)| (*variable).to_owned(),
    )
}

/// The variable that names the file with a secret.
pub(super) fn file_variable_of(key: &str) -> String {
    format!("{}_FILE", variable_of(key))
}
