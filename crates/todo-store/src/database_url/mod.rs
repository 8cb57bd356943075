use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

use crate::error::{ErrorDetail, OpenError};

/// The URL of a database: `sqlite://data/todo.db?mode=rwc`, `sqlite::memory:` or
/// `postgres://user:password@host/database`.
///
/// `Display` and `Debug` omit the password.
#[derive(Clone)]
pub struct DatabaseUrl(Target);

/// What a [`DatabaseUrl`] points to.
#[derive(Clone)]
pub(crate) enum Target {
    Memory,
    File { path: PathBuf, create: bool },
    Server(Box<PgConnectOptions>),
}

/// The rule that a rejected database URL breaks. The message states the fix and never contains a password.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// The scheme is neither that of SQLite nor that of PostgreSQL.
    #[error("must begin with sqlite:// or postgres://, as in sqlite://data/todo.db?mode=rwc")]
    Scheme,
    /// The SQLite URL has no file name.
    #[error("names no file; say sqlite://data/todo.db?mode=rwc, or sqlite::memory: for a database that is not kept")]
    NoFile,
    /// The SQLite URL has a parameter other than `mode`, or another value of it.
    #[error("may only have the parameter mode=rwc (create the file when missing) or mode=rw")]
    Parameter,
    /// The text is not a URL, for instance because a password contains unescaped special characters.
    #[error("is not well formed ({0}); special characters in a password need percent-encoding")]
    Malformed(ErrorDetail),
}

impl DatabaseUrl {
    pub(crate) const fn target(&self) -> &Target {
        &self.0
    }

    /// Whether it names an SQLite file that does not exist and that [`Database::open`](crate::Database::open) creates.
    #[must_use]
    pub fn will_be_created(&self) -> bool {
        matches!(&self.0, Target::File { path, create: true } if !path.exists())
    }

    /// Creates the directory of an SQLite file and its parents, accessible by this user only. An existing directory is
    /// not changed.
    pub fn create_directory(&self) -> Result<(), OpenError> {
        let Target::File { path, .. } = &self.0 else { return Ok(()) };
        let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
        if directory.is_dir() {
            return Ok(());
        }
        create_private_dir(directory).map_err(|source| OpenError::Directory { path: directory.to_owned(), source })
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, DatabaseUrlError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let server = url.parse().map_err(|error| DatabaseUrlError::Malformed(ErrorDetail::new(error)))?;
            return Ok(Self(Target::Server(Box::new(server))));
        }
        let rest = url.strip_prefix("sqlite:").ok_or(DatabaseUrlError::Scheme)?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest == ":memory:" {
            return Ok(Self(Target::Memory));
        }
        let (name, mode) = rest.split_once('?').unwrap_or((rest, "mode=rw"));
        let create = match mode {
            "mode=rwc" => true,
            "mode=rw" => false,
            _ => return Err(DatabaseUrlError::Parameter),
        };
        if name.is_empty() {
            return Err(DatabaseUrlError::NoFile);
        }
        // The driver's parser decodes percent-encoding.
        let file: SqliteConnectOptions =
            url.parse().map_err(|error| DatabaseUrlError::Malformed(ErrorDetail::new(error)))?;
        Ok(Self(Target::File { path: file.get_filename().to_owned(), create }))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Target::Memory => f.write_str("sqlite::memory:"),
            Target::File { path, .. } => write!(f, "sqlite://{}", path.display()),
            Target::Server(server) => {
                let host = server.get_socket().map_or(server.get_host().into(), |socket| socket.to_string_lossy());
                let database = server.get_database().unwrap_or(server.get_username());
                write!(f, "postgres://{}@{host}:{}/{database}", server.get_username(), server.get_port())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({self})")
    }
}

fn create_private_dir(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
mod tests;
