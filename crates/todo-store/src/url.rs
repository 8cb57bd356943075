use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
    str::FromStr,
};

use sqlx::{postgres::PgConnectOptions, sqlite::SqliteConnectOptions};

use crate::{ErrorDetail, OpenError};

/// Which database: `sqlite://data/todo.db?mode=rwc`, `sqlite::memory:` or `postgres://user:password@host/database`.
///
/// `Display` and `Debug` leave the password out.
#[derive(Clone)]
pub struct DatabaseUrl(pub(crate) Place);

#[derive(Clone)]
pub(crate) enum Place {
    Memory,
    File { path: PathBuf, create: bool },
    Server(Box<PgConnectOptions>),
}

/// Why a text is no database URL. The message names the mend and never holds a password.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DatabaseUrlError {
    /// Neither of the two databases.
    #[error("must begin with sqlite:// or postgres://, as in sqlite://data/todo.db?mode=rwc")]
    Scheme,
    /// No file named.
    #[error("names no file; say sqlite://data/todo.db?mode=rwc, or sqlite::memory: for a database that is not kept")]
    NoFile,
    /// A parameter that the store decides by itself, or that does not exist.
    #[error("may only have the parameter mode=rwc (create the file when missing) or mode=rw")]
    Parameter,
    /// Not a URL, for instance because of a password with unescaped special characters.
    #[error("is not well formed ({0}); special characters in a password need percent-encoding")]
    Malformed(ErrorDetail),
}

impl DatabaseUrl {
    /// Whether it names an SQLite file that is not there yet and that opening would create.
    #[must_use]
    pub fn is_to_be_created(&self) -> bool {
        matches!(&self.0, Place::File { path, create: true } if !path.exists())
    }

    /// Makes the directory that is to hold an SQLite file, readable by this user only, with its parents. One that
    /// exists already is left as it is.
    pub fn create_directory(&self) -> Result<(), OpenError> {
        let Place::File { path, .. } = &self.0 else { return Ok(()) };
        let Some(directory) = path.parent().filter(|parent| !parent.as_os_str().is_empty()) else { return Ok(()) };
        if directory.is_dir() {
            return Ok(());
        }
        make_private(directory).map_err(|source| OpenError::Directory { path: directory.to_owned(), source })
    }
}

impl FromStr for DatabaseUrl {
    type Err = DatabaseUrlError;

    fn from_str(url: &str) -> Result<Self, DatabaseUrlError> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let server = url.parse().map_err(|error| DatabaseUrlError::Malformed(ErrorDetail::new(error)))?;
            return Ok(Self(Place::Server(Box::new(server))));
        }
        let rest = url.strip_prefix("sqlite:").ok_or(DatabaseUrlError::Scheme)?;
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        if rest == ":memory:" {
            return Ok(Self(Place::Memory));
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
        // The driver's own reading of a URL undoes percent-encoding.
        let file: SqliteConnectOptions =
            url.parse().map_err(|error| DatabaseUrlError::Malformed(ErrorDetail::new(error)))?;
        Ok(Self(Place::File { path: file.get_filename().to_owned(), create }))
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Place::Memory => out.write_str("sqlite::memory:"),
            Place::File { path, .. } => write!(out, "sqlite://{}", path.display()),
            Place::Server(server) => {
                let host = server.get_socket().map_or(server.get_host().into(), |socket| socket.to_string_lossy());
                let database = server.get_database().unwrap_or(server.get_username());
                write!(out, "postgres://{}@{host}:{}/{database}", server.get_username(), server.get_port())
            }
        }
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "DatabaseUrl({self})")
    }
}

fn make_private(directory: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(directory)
}

#[cfg(test)]
mod tests;
