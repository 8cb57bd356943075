//! The other tests here are worth something only if a bad plan shows.

use todo_domain::TaskStatus;
use todo_store::{ListQuery, on_both, test_util::owner};

use crate::{
    explained::{Explained, each_way},
    filled::TASKS,
};

async fn pages(db: &Explained, status: Option<TaskStatus>) -> Vec<String> {
    let page = ListQuery { status, before: None, limit: 20 };
    let mut plans = Vec::new();
    for (who, _) in TASKS {
        plans.extend(db.plans(async |store| drop(store.for_owner(owner(who)).list(page).await.unwrap())).await);
    }
    plans
}

on_both! {
    async fn rows_that_are_read_only_to_be_thrown_away_show(database: &TestDatabase) {
        each_way(database, "DROP INDEX tasks_incomplete", async |db| {
            let wasteful = db.either(
                "SEARCH tasks USING INDEX tasks_all (owner_id=? AND rowid<?)",
                "tasks_pkey backward (owner_id = AND id <) filter (completed_at IS)",
            );
            assert_eq!(pages(db, Some(TaskStatus::Incomplete)).await, [wasteful; 2]);
        }).await;
    }

    async fn a_scan_and_a_sort_show(database: &TestDatabase) {
        let on_sqlite = database.directory().is_some();
        let ruin = if on_sqlite { "DROP INDEX tasks_all" } else { "ALTER TABLE tasks DROP CONSTRAINT tasks_pkey" };
        each_way(database, ruin, async |db| {
            // SQLite goes backwards through everybody's tasks, which are in order already.
            let slow = db.either(
                vec!["SEARCH tasks USING INTEGER PRIMARY KEY (rowid<?)"; 2],
                ["Sort", "Seq Scan"].repeat(2),
            );
            assert_eq!(pages(db, None).await, slow);
        }).await;
    }
}
