use sea_orm::ConnectionTrait as _;
use serde_json::Value;
use sqlx::{ConnectOptions as _, Row as _, SqlitePool};
use todo_store::{Database, Store};

use crate::recorder::Recorder;

/// A database that tells which statements it was sent. In memory, because there one connection does everything, and that
/// one is to be had.
pub(crate) struct Sqlite {
    database: Database,
    recorder: Recorder,
}

impl Sqlite {
    pub(crate) async fn open(recorder: Recorder) -> Self {
        let database = Database::open(&"sqlite::memory:".parse().unwrap(), 1).await.unwrap();
        log_statements(database.writer().get_sqlite_connection_pool()).await;
        migrations::apply(database.writer()).await.unwrap();
        Self { database, recorder }
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// How the database goes about each statement of this work, in its own words.
    pub(crate) async fn plans(&self, work: impl AsyncFnOnce(&Store)) -> Vec<String> {
        self.statements().await;
        work(&Store::new(self.database.clone())).await;
        let mut plans = Vec::new();
        for sql in self.statements().await {
            plans.extend(self.explain(&sql).await);
        }
        plans
    }

    /// What was sent since the last time.
    async fn statements(&self) -> Vec<String> {
        // The connection does one thing after another: when this is answered, everything before it is logged.
        self.database.writer().execute_unprepared(MARK).await.unwrap();
        let mut statements: Vec<String> = self.recorder.take("sqlx::query").iter().map(text).collect();
        statements.retain(|sql| sql != MARK && !sql.starts_with(EXPLAIN));
        statements
    }

    async fn explain(&self, sql: &str) -> Vec<String> {
        let explain = sqlx::query(sqlx::AssertSqlSafe(format!("{EXPLAIN} {sql}")));
        let rows = explain.fetch_all(self.database.writer().get_sqlite_connection_pool()).await.unwrap();
        let lines = rows.iter().map(|row| row.get::<String, _>("detail"));
        lines.filter(|line| !HARMLESS.iter().any(|harmless| line.starts_with(harmless))).collect()
    }
}

/// Steps that neither look for rows nor put them in order.
const HARMLESS: [&str; 4] = ["CREATE BLOOM FILTER", "LIST SUBQUERY", "SCALAR SUBQUERY", "SCAN CONSTANT ROW"];
const MARK: &str = "PRAGMA user_version";
const EXPLAIN: &str = "EXPLAIN QUERY PLAN";

/// A statement of up to four words is its own summary.
fn text(fields: &Value) -> String {
    let [statement, summary] = ["db.statement", "summary"].map(|field| fields[field].as_str().unwrap().trim());
    if statement.is_empty() { summary } else { statement }.to_owned()
}

/// Replaces the only connection, which was told to say nothing.
async fn log_statements(pool: &SqlitePool) {
    let talkative = pool.connect_options().as_ref().clone().log_statements("trace".parse().unwrap());
    let never = std::time::Duration::MAX;
    pool.set_connect_options(talkative.log_slow_statements("trace".parse().unwrap(), never));
    pool.acquire().await.unwrap().close().await.unwrap();
}
