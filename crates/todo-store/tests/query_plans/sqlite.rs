use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement};

/// Steps that neither search rows nor sort them.
const IGNORED: [&str; 4] = ["CREATE BLOOM FILTER", "LIST SUBQUERY", "SCALAR SUBQUERY", "SCAN CONSTANT ROW"];

/// The steps of `EXPLAIN QUERY PLAN`, as SQLite words them.
pub(crate) async fn explain(db: &DatabaseConnection, mut statement: Statement) -> Vec<String> {
    statement.sql.insert_str(0, "EXPLAIN QUERY PLAN ");
    let rows = db.query_all_raw(statement).await.unwrap();
    let steps = rows.iter().map(|row| row.try_get::<String>("", "detail").unwrap());
    steps.filter(|step| !IGNORED.iter().any(|ignored| step.starts_with(ignored))).collect()
}

pub(crate) fn expected_plan(statement: &str) -> Vec<&'static str> {
    match statement {
        "get" | "write" | "write_if_version" => vec!["SEARCH tasks USING INTEGER PRIMARY KEY (rowid=?)"],
        "list" => vec!["SEARCH tasks USING INDEX tasks_all (owner_id=? AND rowid<?)"],
        "list_incomplete" => vec!["SEARCH tasks USING INDEX tasks_incomplete (owner_id=? AND rowid<?)"],
        "list_complete" => vec!["SEARCH tasks USING INDEX tasks_complete (owner_id=? AND rowid<?)"],
        "delete_all_tasks" => vec!["SEARCH tasks USING INDEX tasks_all (owner_id=?)"],
        "delete_all_idempotency_keys" => vec!["SEARCH idempotency_keys USING PRIMARY KEY (owner_id=?)"],
        "insert" | "insert_idempotency_key" | "upsert_token_use" | "ping" => vec![],
        "list_token_uses" | "delete_all_token_uses" => vec!["SEARCH token_uses USING PRIMARY KEY (owner_id=?)"],
        "purge_token_uses" => vec![
            "SEARCH token_uses USING PRIMARY KEY (owner_id=? AND token_id=?)",
            "SEARCH token_uses USING COVERING INDEX token_uses_by_end (expires_at<?)",
        ],
        "find_idempotency_key" => vec!["SEARCH idempotency_keys USING PRIMARY KEY (owner_id=? AND key=?)"],
        "purge_idempotency_keys" => vec![
            "SEARCH idempotency_keys USING PRIMARY KEY (owner_id=? AND key=?)",
            "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_age (created_at<?)",
        ],
        other => panic!("no plan is expected for {other}"),
    }
}
