use std::{
    collections::HashMap,
    env,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use config::{Config, File, FileFormat, Value};

use super::{
    SettingsError,
    keys::{KEYS, Key},
};

/// The file that is read when no other is named.
const FILE: &str = "todo.toml";

/// The variables of ours that are no setting's own name all begin so.
const PREFIX: &str = "TODO__";

/// Every setting's value as it was given: defaults, then the file, then the environment.
pub(crate) fn load(file: Option<&Path>) -> Result<Config, SettingsError> {
    let mut builder = Config::builder();
    for key in &KEYS {
        if let Some(default) = key.default {
            builder =
                builder.set_default(key.name, default).map_err(|_| SettingsError::of(key, "has a broken default"))?;
        }
    }
    if let Some(text) = text_of(file)? {
        let path = file.unwrap_or(Path::new(FILE)).display().to_string();
        known_keys_only(&text, &path)?;
        builder = builder.add_source(File::from_str(&text, FileFormat::Toml));
    }
    for (key, value) in environment()? {
        builder = builder.set_override(key.name, value).map_err(|_| SettingsError::of(key, "cannot be read"))?;
    }
    builder.build().map_err(|error| SettingsError::other(format!("the settings cannot be read: {error}")))
}

fn text_of(file: Option<&Path>) -> Result<Option<String>, SettingsError> {
    let path = file.map_or_else(|| PathBuf::from(FILE), PathBuf::from);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound && file.is_none() => Ok(None),
        Err(error) => Err(SettingsError::other(format!("{} cannot be read: {error}", path.display()))),
    }
}

/// A misspelt key would otherwise be a setting that silently does nothing.
fn known_keys_only(text: &str, path: &str) -> Result<(), SettingsError> {
    type Sections = HashMap<String, HashMap<String, Value>>;
    let sections: Sections = Config::builder()
        .add_source(File::from_str(text, FileFormat::Toml))
        .build()
        .and_then(Config::try_deserialize)
        .map_err(|error| SettingsError::other(one_line(&format!("{path} is not sections of keys in TOML: {error}"))))?;
    for (section, keys) in &sections {
        for key in keys.keys() {
            let name = format!("{section}.{key}");
            if !KEYS.iter().any(|known| known.name == name) {
                return Err(SettingsError::other(format!(
                    "{path} has the unknown key {name}: remove it or correct its name; docs/OPERATIONS.md lists the keys"
                )));
            }
        }
    }
    Ok(())
}

/// The settings that the environment holds. An empty variable counts as not set.
fn environment() -> Result<Vec<(&'static Key, String)>, SettingsError> {
    let unknown = |name: &OsString| name.to_str().is_none_or(|name| name.starts_with(PREFIX) && !is_known(name));
    let mut ours = env::vars_os().map(|(name, _)| name).filter(|name| name.to_string_lossy().starts_with(PREFIX));
    if let Some(name) = ours.find(unknown) {
        return Err(SettingsError::other(format!(
            "{} is an unknown variable: unset it or correct its name; docs/OPERATIONS.md lists the variables",
            name.to_string_lossy()
        )));
    }
    let mut values = Vec::new();
    for key in &KEYS {
        if let Some(value) = value_of(key)? {
            values.push((key, value));
        }
    }
    Ok(values)
}

fn is_known(variable: &str) -> bool {
    KEYS.iter().any(|key| key.variable == variable)
}

/// The variable itself, or for a secret the content of the file that `<variable>_FILE` names, less its line end.
fn value_of(key: &Key) -> Result<Option<String>, SettingsError> {
    let value = variable(key.variable).map_err(|problem| SettingsError::of(key, problem))?;
    let name = format!("{}_FILE", key.variable);
    let file = if key.secret { variable(&name).map_err(|problem| SettingsError::of(key, problem))? } else { None };
    match (value, file) {
        (Some(_), Some(_)) => Err(SettingsError::of(key, format!("{name} is set as well: unset one of them"))),
        (value, None) => Ok(value),
        (None, Some(path)) => match fs::read_to_string(&path) {
            Ok(text) if text.trim().is_empty() => {
                Err(SettingsError::of(key, format!("the file that {name} names is empty")))
            }
            Ok(text) => Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned())),
            Err(error) => Err(SettingsError::of(key, format!("the file that {name} names cannot be read: {error}"))),
        },
    }
}

fn variable(name: &str) -> Result<Option<String>, String> {
    match env::var(name) {
        Ok(value) => Ok((!value.is_empty()).then_some(value)),
        Err(env::VarError::NotPresent) => Ok(None),
        Err(env::VarError::NotUnicode(_)) => Err(format!("{name} is not UTF-8")),
    }
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
