//! Each statement finds its rows through the index that is meant for it.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement, StatementBuilder};

use super::*;
use crate::{
    on_both,
    testkit::{TestDatabase, owner},
};

/// Enough tasks of enough owners to make an index worth while, every fourth one complete.
async fn filled(database: &TestDatabase) -> DatabaseConnection {
    let db = database.database().await.writer().clone();
    let numbers = match db.get_database_backend() {
        DbBackend::Postgres => "generate_series(1, 40000) AS numbers (n)",
        _ => {
            "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 40000) SELECT n FROM numbers)"
        }
    };
    let insert = format!(
        "INSERT INTO tasks (owner_id, title, created_at, updated_at, completed_at)
        SELECT 'owner ' || (n % 40), 'Buy milk', n, n, CASE WHEN n / 40 % 4 = 0 THEN n END FROM {numbers}"
    );
    db.execute_unprepared(&insert).await.unwrap();
    if db.get_database_backend() == DbBackend::Postgres {
        // It analyzes by itself sooner or later, SQLite never does.
        db.execute_unprepared("ANALYZE").await.unwrap();
    }
    db
}

/// What the database would do, in lower case.
async fn plan(db: &DatabaseConnection, statement: &impl StatementBuilder) -> String {
    let backend = db.get_database_backend();
    let explain = if backend == DbBackend::Postgres { "EXPLAIN" } else { "EXPLAIN QUERY PLAN" };
    let Statement { sql, values, .. } = backend.build(statement);
    let explained = Statement { sql: format!("{explain} {sql}"), values, db_backend: backend };
    let column = if backend == DbBackend::Postgres { 0 } else { 3 };
    let rows = db.query_all_raw(explained).await.unwrap();
    let lines = rows.iter().map(|row| row.try_get_by_index::<String>(column).unwrap());
    lines.collect::<Vec<_>>().join("\n").to_lowercase()
}

on_both! {
    async fn a_page_is_read_from_its_index_in_order(database: &TestDatabase) {
        let db = filled(database).await;
        let ann = owner("owner 7");
        for (status, index) in [
            (None, if db.get_database_backend() == DbBackend::Postgres { "tasks_pkey" } else { "tasks_all" }),
            (Some(Status::Incomplete), "tasks_incomplete"),
            (Some(Status::Complete), "tasks_complete"),
        ] {
            for before in [None, Some(TaskId::stored(20_000))] {
                let plan = plan(&db, &Mine::of(&ann).page(Page { status, before, limit: 50 })).await;
                assert!(plan.contains(index), "{plan}");
                assert!(["sort", "seq scan", "scan tasks\n", "temp b-tree"].iter().all(|slow| !plan.contains(slow)), "{plan}");
                // The cursor must be part of the search, not a filter over all that is newer.
                let bound = plan.contains("id < ") || plan.contains("rowid<?");
                assert_eq!(bound && !plan.contains("filter"), before.is_some(), "{plan}");
            }
        }
    }

    async fn one_task_is_found_by_its_id(database: &TestDatabase) {
        let db = filled(database).await;
        let ann = owner("owner 7");
        let mine = || Mine::of(&ann).task(TaskId::stored(7)).at(&Expected::Any);
        let mut update = mine().update();
        update.value(Tasks::Title, "Buy oat milk");
        for plan in [plan(&db, &mine().select()).await, plan(&db, &update).await, plan(&db, &mine().delete()).await] {
            assert!(plan.contains("tasks_pkey") || plan.contains("using integer primary key (rowid=?)"), "{plan}");
        }
    }
}
