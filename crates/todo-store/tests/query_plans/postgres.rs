use sea_orm::{ConnectionTrait as _, DatabaseConnection, Statement, TransactionTrait as _, Value};
use serde_json::Value as Json;
use sqlx::Row as _;

/// Steps that neither search rows nor sort them.
const IGNORED: [&str; 8] =
    ["Aggregate", "CTE Scan", "Limit", "ModifyTable", "Nested Loop", "ProjectSet", "Result", "Subquery Scan"];

/// The relevant steps of the plan of a prepared statement.
///
/// `plan_cache_mode` is `force_custom_plan` (a plan for these values) or `force_generic_plan` (one for all values). By
/// default the server starts with the former and may change to the latter after five executions.
pub(crate) async fn explain(db: &DatabaseConnection, plan_cache_mode: &str, statement: &Statement) -> Vec<String> {
    let (mut types, mut literals) = (Vec::new(), Vec::new());
    for value in &statement.values.as_ref().unwrap().0 {
        let (sql_type, literal) = type_and_literal(value);
        types.push(sql_type);
        literals.push(literal);
    }
    // A transaction has one connection to itself. It is rolled back, and with it the setting.
    let transaction = db.begin().await.unwrap();
    let prepare = format!(
        "SET LOCAL plan_cache_mode = {plan_cache_mode}; PREPARE explained ({}) AS {}",
        types.join(", "),
        statement.sql
    );
    transaction.execute_unprepared(&prepare).await.unwrap();
    let explain = format!("EXPLAIN (FORMAT JSON) EXECUTE explained ({})", literals.join(", "));
    let explain = Statement::from_string(db.get_database_backend(), explain);
    let row = transaction.query_one_raw(explain).await.unwrap().unwrap();
    // sea-orm reads no JSON here; as text it needs no type check.
    let plan: String = row.try_as_pg_row().unwrap().try_get_unchecked(0).unwrap();
    let plan: Json = serde_json::from_str(&plan).unwrap();
    transaction.execute_unprepared("DEALLOCATE explained").await.unwrap();
    transaction.rollback().await.unwrap();
    let mut steps = Vec::new();
    collect_steps(&plan[0]["Plan"], &mut steps);
    steps
}

pub(crate) fn expected_plan(statement: &str) -> Vec<&'static str> {
    match statement {
        "get" | "write" => vec!["tasks_pkey (owner_id = AND id =)"],
        "write_if_version" => vec!["tasks_pkey (owner_id = AND id =) filter (version =)"],
        "list" => vec!["tasks_pkey backward (owner_id = AND id <)"],
        "list_incomplete" => vec!["tasks_incomplete backward (owner_id = AND id <)"],
        "list_complete" => vec!["tasks_complete backward (owner_id = AND id <)"],
        "insert" | "insert_key_and_task" | "upsert_token_use" | "ping" => vec![],
        "list_token_uses" => vec!["Bitmap Heap Scan", "Bitmap Index Scan"],
        "purge_token_uses" => vec!["token_uses_by_end (expires_at <)"],
        "delete_all" => ["Bitmap Heap Scan", "Bitmap Index Scan"].repeat(3),
        "find_idempotency_key" => vec!["idempotency_keys_pkey (owner_id = AND key =)"],
        "purge_idempotency_keys" => vec!["idempotency_keys_by_age (created_at <)"],
        other => panic!("no plan is expected for {other}"),
    }
}

fn type_and_literal(value: &Value) -> (&'static str, String) {
    let sql_type = match value {
        Value::BigInt(_) => "bigint",
        Value::String(_) => "text",
        Value::Bytes(_) => "bytea",
        other => panic!("no SQL type is known for {other:?}"),
    };
    let literal = match value {
        Value::BigInt(number) => number.map_or("NULL".to_owned(), |number| number.to_string()),
        Value::String(text) => {
            text.as_ref().map_or("NULL".to_owned(), |text| format!("'{}'", text.replace('\'', "''")))
        }
        _ => r"'\x00'".to_owned(),
    };
    (sql_type, literal)
}

/// One line a step: the index with its columns and filter, or the name of a step that no statement should have.
fn collect_steps(step: &Json, steps: &mut Vec<String>) {
    let name = step["Node Type"].as_str().unwrap();
    if name == "Index Scan" || name == "Index Only Scan" {
        let backward = if step["Scan Direction"] == "Backward" { " backward" } else { "" };
        let filter = step["Filter"].as_str().map_or(String::new(), |filter| format!(" filter {}", columns(filter)));
        let (index, condition) =
            (step["Index Name"].as_str().unwrap(), step["Index Cond"].as_str().unwrap_or_default());
        steps.push(format!("{index}{backward} {}{filter}", columns(condition)));
    } else if !IGNORED.contains(&name) {
        steps.push(name.to_owned());
    }
    for inner in step["Plans"].as_array().into_iter().flatten() {
        collect_steps(inner, steps);
    }
}

/// `((owner_id = 'ann'::text) AND (id < 7))` without the values: `(owner_id = AND id <)`.
fn columns(condition: &str) -> String {
    let column = |part: &str| {
        let words = part.trim_start_matches('(').split(' ').take(2);
        words.collect::<Vec<_>>().join(" ")
    };
    format!("({})", condition.split(" AND ").map(column).collect::<Vec<_>>().join(" AND "))
}
