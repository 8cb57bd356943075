use std::{future::Future, thread};

use sqlx::{ConnectOptions as _, Connection as _, Executor as _, postgres::PgConnectOptions};
use tempfile::TempDir;
use tokio::runtime;
use uuid::Uuid;

use super::postgres_server;
use crate::{database::Database, database_url::DatabaseUrl, store::Store};

/// A database for one test, initially empty. It is deleted when this value is dropped.
#[derive(Debug)]
pub struct TestDatabase {
    url: String,
    kind: TestDatabaseKind,
}

#[derive(Debug)]
enum TestDatabaseKind {
    Directory(TempDir),
    Server { admin: Box<PgConnectOptions>, name: String },
}

impl TestDatabase {
    /// An SQLite file in its own directory. The file does not exist yet.
    #[must_use]
    pub fn sqlite() -> Self {
        let directory = TempDir::with_prefix("todo-store-").expect("a temporary directory");
        let url = format!("sqlite://{}/todo.db?mode=rwc", directory.path().display());
        Self { url, kind: TestDatabaseKind::Directory(directory) }
    }

    /// Creates a database on the test server.
    pub async fn postgres() -> Self {
        let admin: PgConnectOptions = postgres_server::url().parse().expect("TEST_DATABASE_URL is a PostgreSQL URL");
        let name = format!("todo_test_{}", Uuid::new_v4().simple());
        run(&admin, format!("CREATE DATABASE {name}")).await.expect("the test server creates a database");
        let url = admin.clone().database(&name).to_url_lossy().to_string();
        Self { url, kind: TestDatabaseKind::Server { admin: Box::new(admin), name } }
    }

    /// The URL, in the form of `DATABASE_URL`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The directory of the SQLite file; `None` on PostgreSQL.
    #[must_use]
    pub fn directory(&self) -> Option<&std::path::Path> {
        match &self.kind {
            TestDatabaseKind::Directory(directory) => Some(directory.path()),
            TestDatabaseKind::Server { .. } => None,
        }
    }

    /// Opens the database with separate connections, as another process would. Applies no migrations.
    pub async fn open(&self) -> Database {
        let url: DatabaseUrl = self.url.parse().expect("a valid database URL");
        Database::open(&url, 8).await.expect("the database opens")
    }

    /// Opens the database and applies the migrations.
    pub async fn database(&self) -> Database {
        let database = self.open().await;
        migrations::apply(database.writer()).await.expect("the migrations succeed");
        database
    }

    /// Opens the database, applies the migrations and creates a store.
    pub async fn store(&self) -> Store {
        Store::new(self.database().await)
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        if let TestDatabaseKind::Server { admin, name } = &self.kind {
            // FORCE, because connections of the test are still open.
            let dropped = run(admin, format!("DROP DATABASE {name} WITH (FORCE)"));
            let result = thread::scope(|scope| scope.spawn(|| block_on(dropped)).join());
            // A second panic would hide the failure of the test.
            assert!(thread::panicking() || matches!(result, Ok(Ok(()))), "the database {name} could not be dropped");
        }
    }
}

async fn run(admin: &PgConnectOptions, sql: String) -> Result<(), sqlx::Error> {
    let mut connection = admin.clone().disable_statement_logging().connect().await?;
    connection.execute(sqlx::AssertSqlSafe(sql)).await?;
    connection.close().await
}

/// Blocks on a future. The calling thread must not belong to a runtime.
fn block_on<F: Future>(future: F) -> F::Output {
    runtime::Builder::new_current_thread().enable_all().build().expect("a runtime").block_on(future)
}
