use sea_orm::{ConnectionTrait as _, DatabaseConnection, DbBackend};

/// An owner of half of all tasks, and one of 300 with a hundred tasks each; with the id of one task in the middle.
pub(crate) const TASKS: [(&str, i64); 2] = [("busy", 30_002), ("owner 7", 30_007)];

/// Creates 60,000 tasks, keys and uses of tokens, enough that the planner prefers an index. A quarter of the tasks is complete;
/// an owner has a hundred tokens.
pub(crate) async fn create_rows(db: &DatabaseConnection) {
    let (numbers, fingerprint) = match db.get_database_backend() {
        DbBackend::Postgres => ("generate_series(1, 60000) AS numbers (n)", "decode(repeat('00', 32), 'hex')"),
        _ => (
            "(WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT 60000)
                SELECT n FROM numbers)",
            "zeroblob(32)",
        ),
    };
    let owner = "CASE WHEN n % 2 = 0 THEN 'busy' ELSE 'owner ' || (n % 600) END";
    let tasks = format!(
        "INSERT INTO tasks (owner_id, title, created_at, updated_at, completed_at)
        SELECT {owner}, 'Buy milk', n, n, CASE WHEN n / 600 % 4 = 0 THEN n END FROM {numbers}"
    );
    let keys = format!(
        "INSERT INTO idempotency_keys (owner_id, key, fingerprint, task_id, created_at)
        SELECT {owner}, 'key ' || n, {fingerprint}, n, n FROM {numbers}"
    );
    let token_uses = format!(
        "INSERT INTO token_uses (owner_id, token_id, last_used_on, expires_at)
        SELECT 'owner ' || (n % 600), 'token ' || n, 1, n FROM {numbers}"
    );
    db.execute_unprepared(&tasks).await.unwrap();
    db.execute_unprepared(&token_uses).await.unwrap();
    db.execute_unprepared(&keys).await.unwrap();
}
