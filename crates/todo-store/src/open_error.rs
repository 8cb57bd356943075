use std::{io, path::PathBuf};

use crate::ErrorDetail;

/// Why a database could not be opened. The message names the mend and never holds a password.
#[non_exhaustive]
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory for an SQLite file is not there and cannot be made.
    #[error("cannot make the directory {path:?}; let this user write there, or name another place in the database URL")]
    Directory {
        /// The directory.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
    /// The SQLite file cannot be opened, or is no database.
    #[error(
        "cannot open the database file {path:?}; this user must be able to write it and its directory, \
        and with ?mode=rwc in the database URL it is created when missing"
    )]
    File {
        /// The file.
        path: PathBuf,
        /// What SQLite or the operating system said.
        source: ErrorDetail,
    },
    /// The file system cannot keep SQLite's write-ahead log, as most network file systems cannot.
    #[error("the file system of {path:?} cannot keep a write-ahead log; move the database to a local disk")]
    NoWriteAheadLog {
        /// The file.
        path: PathBuf,
    },
    /// No connection to the PostgreSQL server.
    #[error("cannot connect to {server}; is it running, and are user, password and database right?")]
    Server {
        /// The server's URL without the password.
        server: String,
        /// What the server or the network said.
        source: ErrorDetail,
    },
}
