//! The query plan of every statement of the store: it finds its rows by the intended index and sorts nothing.
//!
//! `EXPLAIN` runs on the rendered statements themselves, so no SQL is repeated here, and a statement without an expected
//! plan fails.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails where it fails")]

mod fixtures;
mod postgres;
mod sqlite;

use fixtures::{TASKS, create_rows};
use sea_orm::{ConnectionTrait as _, DbBackend};
use todo_domain::TaskId;
use todo_store::{
    Database, for_each_backend,
    test_util::{TestDatabase, owner_id, store_statements},
};

/// The relevant steps of the plan of each statement, by name.
type Plans = Vec<(&'static str, Vec<String>)>;

/// Explains all statements in each plan mode: SQLite without and with statistics, PostgreSQL with plans for the given
/// values and with generic plans. Returns one list a mode.
///
/// `setup_sql` runs on the filled database before.
async fn plans_in_each_mode(test_database: &TestDatabase, setup_sql: &str) -> Vec<Plans> {
    let database = test_database.database().await;
    let db = database.writer();
    create_rows(db).await;
    db.execute_unprepared(setup_sql).await.unwrap();
    let mut modes = Vec::new();
    if db.get_database_backend() == DbBackend::Postgres {
        // The server does this by itself sooner or later.
        db.execute_unprepared("ANALYZE").await.unwrap();
        for mode in ["force_custom_plan", "force_generic_plan"] {
            modes.push(explain_all(&database, mode).await);
        }
    } else {
        modes.push(explain_all(&database, "").await);
        db.execute_unprepared("ANALYZE").await.unwrap();
        modes.push(explain_all(&database, "").await);
    }
    modes
}

async fn explain_all(database: &Database, plan_cache_mode: &str) -> Plans {
    let (db, mut plans) = (database.writer(), Plans::new());
    for (owner, id) in TASKS {
        let backend = db.get_database_backend();
        for (name, statement) in store_statements(backend, &owner_id(owner), TaskId::new(id).unwrap()) {
            let plan = match backend {
                DbBackend::Postgres => postgres::explain(db, plan_cache_mode, &statement).await,
                _ => sqlite::explain(db, statement).await,
            };
            plans.push((name, plan));
        }
    }
    plans
}

fn plans_of(name: &str, plans: &Plans) -> Vec<Vec<String>> {
    let matching = plans.iter().filter(|(statement, _)| *statement == name);
    matching.map(|(_, plan)| plan.clone()).collect()
}

for_each_backend! {
    async fn each_statement_uses_its_index(database: &TestDatabase) {
        let on_sqlite = database.directory().is_some();
        for plans in plans_in_each_mode(database, "").await {
            for (name, plan) in plans {
                let expected = if on_sqlite { sqlite::expected_plan(name) } else { postgres::expected_plan(name) };
                match name {
                    // Half of the table belongs to the first owner: see below.
                    "delete_all" => {}
                    // Reads the first row of any index or of the table.
                    "ping" => assert_eq!(plan.len(), 1, "{plan:?}"),
                    // To find the selected rows again, PostgreSQL may read the whole of a small table.
                    "purge_idempotency_keys" | "purge_token_uses" => assert!(expected.iter().all(|step| plan.iter().any(|found| found == step)), "{plan:?}"),
                    _ => assert_eq!(plan, expected, "{name}"),
                }
            }
        }
    }

    /// PostgreSQL has one statement for tasks and keys. With the values of the owner of half of all rows it may read the
    /// whole table.
    async fn delete_all_finds_the_rows_of_another_owner_by_index(database: &TestDatabase) {
        for plans in plans_in_each_mode(database, "").await {
            if let Some(plan) = plans_of("delete_all", &plans).last() {
                assert_eq!(*plan, postgres::expected_plan("delete_all"));
            }
        }
    }

    /// The first test detects an index that reads rows only to discard them.
    async fn dropped_partial_index_is_visible_in_the_plan(database: &TestDatabase) {
        let filtered = if database.directory().is_some() {
            "SEARCH tasks USING INDEX tasks_all (owner_id=? AND rowid<?)"
        } else {
            "tasks_pkey backward (owner_id = AND id <) filter (completed_at IS)"
        };
        for plans in plans_in_each_mode(database, "DROP INDEX tasks_incomplete").await {
            let plans = plans_of("list_incomplete", &plans);
            assert!(plans.iter().all(|plan| *plan == [filtered]), "{plans:?}");
        }
    }

    /// The first test detects a scan and a sort.
    async fn dropped_list_index_is_visible_in_the_plan(database: &TestDatabase) {
        // SQLite reads all owners' tasks backwards, which are in order already.
        let (setup_sql, scan) = if database.directory().is_some() {
            ("DROP INDEX tasks_all", vec!["SEARCH tasks USING INTEGER PRIMARY KEY (rowid<?)"])
        } else {
            ("ALTER TABLE tasks DROP CONSTRAINT tasks_pkey", vec!["Sort", "Seq Scan"])
        };
        for plans in plans_in_each_mode(database, setup_sql).await {
            let plans = plans_of("list", &plans);
            assert!(plans.iter().all(|plan| *plan == scan), "{plans:?}");
        }
    }
}
