//! Where settings come from.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use config::{Config, ConfigError, Environment, File, FileFormat, Map, Source, Value, ValueKind};

use super::{
    error::SettingsError,
    variables::{ALIASES, PREFIX, SECRETS, SEPARATOR, file_variable_of, variable_of},
};

/// Read if it exists and no other file is named.
const DEFAULT_FILE: &str = "todo.toml";

/// Reads file, environment and secret files; the later source takes precedence. `keys` are all keys that exist.
pub(super) fn load(
    file: Option<PathBuf>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    keys: Vec<String>,
) -> Result<Config, SettingsError> {
    let variables = select_variables(environment, &keys)?;
    let mut builder = Config::builder()
        .add_source(SettingsFile { path: file, keys })
        .add_source(
            Environment::with_prefix(PREFIX)
                .prefix_separator(SEPARATOR)
                .separator(SEPARATOR)
                .source(Some(variables.clone())),
        )
        .add_source(SecretFiles::from_variables(&variables)?);
    for (key, variable) in ALIASES {
        builder = builder.set_override_option(key, variables.get(variable).cloned())?;
    }
    Ok(builder.build()?)
}

/// Returns the variables that are settings. An empty one counts as not set, an unknown one with the prefix is rejected.
fn select_variables(
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    keys: &[String],
) -> Result<Map<String, String>, SettingsError> {
    let mut known: BTreeMap<_, _> = keys.iter().map(|key| (variable_of(key), key.as_str())).collect();
    known.extend(SECRETS.map(|key| (file_variable_of(key), key)));
    let mut variables = Map::new();
    for (name, value) in environment {
        let name = name.to_string_lossy().into_owned();
        let Some(key) = known.get(&name) else {
            if name.starts_with(&format!("{PREFIX}{SEPARATOR}")) {
                return Err(SettingsError::new(format!(
                    "{name} is an unknown variable: unset it or correct its name; docs/OPERATIONS.md lists the variables"
                )));
            }
            continue;
        };
        if !value.is_empty() {
            let value = value.into_string();
            let value = value.map_err(|_| SettingsError::invalid(key, format!("{name} must be UTF-8")))?;
            variables.insert(name, value);
        }
    }
    Ok(variables)
}

/// A TOML file of sections. Unknown keys are rejected, empty values count as not set.
#[derive(Clone, Debug)]
struct SettingsFile {
    /// Must exist when it is named.
    path: Option<PathBuf>,
    keys: Vec<String>,
}

impl Source for SettingsFile {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let path = self.path.as_deref().unwrap_or(Path::new(DEFAULT_FILE));
        let error = |problem: String| SettingsError::new(format!("{} {problem}", path.display()));
        let text = match fs::read_to_string(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound && self.path.is_none() => return Ok(Map::new()),
            result => result.map_err(|cause| error(format!("cannot be read: {cause}")))?,
        };
        let mut sections = File::from_str(&text, FileFormat::Toml)
            .collect()
            .map_err(|cause| error(format!("is not valid TOML: {}", without_excerpt(&cause))))?;
        for (section, values) in &mut sections {
            let ValueKind::Table(values) = &mut values.kind else {
                let problem = format!("has the key {section} outside a section: write [http] above port, for example");
                return Err(error(problem).into());
            };
            let mut keys = values.keys().map(|name| format!("{section}.{name}"));
            if let Some(key) = keys.find(|key| !self.keys.contains(key)) {
                let fix = "remove it or correct its name; docs/OPERATIONS.md lists the keys";
                return Err(error(format!("has the unknown key {key}: {fix}")).into());
            }
            values.retain(|_, value| value.kind != ValueKind::String(String::new()));
        }
        Ok(sections)
    }
}

/// Position and reason of a TOML error, without the line of the file that it shows: a secret can stand there.
fn without_excerpt(error: &ConfigError) -> String {
    error.to_string().lines().filter(|line| !line.contains('|')).collect::<Vec<_>>().join(": ")
}

/// Secrets from mounted files: `<variable>_FILE` names the file.
#[derive(Clone, Debug)]
struct SecretFiles(Vec<(&'static str, PathBuf)>);

impl SecretFiles {
    fn from_variables(variables: &Map<String, String>) -> Result<Self, SettingsError> {
        let mut files = Vec::new();
        for key in SECRETS {
            let variable = file_variable_of(key);
            let Some(path) = variables.get(&variable) else { continue };
            if variables.contains_key(&variable_of(key)) {
                return Err(SettingsError::invalid(key, format!("{variable} is set as well: unset one of them")));
            }
            files.push((key, path.into()));
        }
        Ok(Self(files))
    }
}

impl Source for SecretFiles {
    fn clone_into_box(&self) -> Box<dyn Source + Send + Sync> {
        Box::new(self.clone())
    }

    fn collect(&self) -> Result<Map<String, Value>, ConfigError> {
        let mut secrets = Map::new();
        for (key, path) in &self.0 {
            let variable = file_variable_of(key);
            let text = fs::read_to_string(path).map_err(|error| {
                let fix = "correct the path or its permissions";
                SettingsError::invalid(key, format!("the file named by {variable} cannot be read: {error}; {fix}"))
            })?;
            if text.trim().is_empty() {
                let problem = format!("the file named by {variable} is empty: write the value into it");
                return Err(SettingsError::invalid(key, problem).into());
            }
            secrets.insert((*key).to_owned(), Value::new(Some(&variable), text.trim_end_matches(['\r', '\n'])));
        }
        Ok(secrets)
    }
}
