use std::{future::Future, thread};

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio::runtime;
use uuid::Uuid;

use super::server;
use crate::{Database, DatabaseUrl, Store};

/// A place for a database, empty at first and gone when this is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    place: Place,
}

#[derive(Debug)]
enum Place {
    Directory(TempDir),
    Server { admin: Box<PgConnectOptions>, name: String },
}

impl TestDatabase {
    /// A file in a directory of its own. It does not exist yet.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = TempDir::with_prefix("todo-store-").expect("a temporary directory");
        let url = format!("sqlite://{}/todo.db?mode=rwc", directory.path().display());
        Self { url, place: Place::Directory(directory) }
    }

    /// A fresh database on the server for tests.
    pub async fn postgres() -> Self {
        let admin: PgConnectOptions = server::url().parse().expect("TEST_DATABASE_URL is a URL of PostgreSQL");
        let name = format!("todo_test_{}", Uuid::new_v4().simple());
        run(&admin, format!("CREATE DATABASE {name}")).await.expect("the server for tests makes a database");
        let url = admin.clone().database(&name).to_url_lossy().to_string();
        Self { url, place: Place::Server { admin: Box::new(admin), name } }
    }

    /// Where it is, as `DATABASE_URL` says it.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The directory of an SQLite file.
    #[must_use]
    pub fn directory(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Directory(directory) => Some(directory.path()),
            Place::Server { .. } => None,
        }
    }

    /// Opens it as it is, with a pool of its own, as another process would.
    pub async fn open(&self) -> Database {
        let url: DatabaseUrl = self.url.parse().expect("a database URL");
        Database::open(&url, 8).await.expect("a database that opens")
    }

    /// Opens it and runs the migrations.
    pub async fn database(&self) -> Database {
        let database = self.open().await;
        migrations::apply(database.writer()).await.expect("migrations that run");
        database
    }

    /// Opens it, runs the migrations, and makes a store of it.
    pub async fn store(&self) -> Store {
        Store::new(self.database().await)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let Place::Server { admin, name } = &self.place {
            // FORCE, because the test's own connections are still there.
            let dropped = run(admin, format!("DROP DATABASE {name} WITH (FORCE)"));
            let result = thread::scope(|scope| scope.spawn(|| block_on(dropped)).join());
            // A second panic would hide the first, the one that a test is about.
            assert!(thread::panicking() || matches!(result, Ok(Ok(()))), "the database {name} could not be dropped");
        }
    }
}

async fn run(admin: &PgConnectOptions, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = admin.clone().disable_statement_logging().connect().await?;
    connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    connection.close().await
}

/// A thread that belongs to no runtime may wait for a future of its own.
fn block_on<F: Future>(future: F) -> F::Output {
    runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}
