use sea_orm::{ConnectionTrait as _, DbBackend};
use todo_store::testkit::TestDatabase;

use crate::person::name;

/// Who else is there.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Others {
    None,
    HundredThousand,
}

/// How many rows one statement adds.
const BATCH: usize = 200_000;

/// Gives somebody that many tasks, for each of the sizes. When there are others every second task is one of theirs, so that
/// everybody's tasks lie equally far apart.
pub(crate) async fn fill(place: &TestDatabase, sizes: &[usize], others: Others) {
    let database = place.database().await;
    let db = database.writer();
    let on_postgres = db.get_database_backend() == DbBackend::Postgres;
    if !on_postgres {
        // Only while filling: what is measured opens the database anew.
        db.execute_unprepared("PRAGMA cache_size = -1000000; PRAGMA synchronous = OFF").await.unwrap();
    }
    for size in sizes {
        let (rows, owner) = match others {
            Others::None => (*size, format!("'{}'", name(*size))),
            Others::HundredThousand => {
                let other = "'other ' || (n / 2 * 7919 % 100000)";
                (2 * size, format!("CASE WHEN n % 2 = 0 THEN '{}' ELSE {other} END", name(*size)))
            }
        };
        for first in (0..rows).step_by(BATCH) {
            let last = rows.min(first + BATCH) - 1;
            let numbers = if on_postgres {
                format!("generate_series({first}::bigint, {last}) AS numbers (n)")
            } else {
                format!(
                    "(WITH RECURSIVE numbers (n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM numbers WHERE n < {last})
                    SELECT n FROM numbers)"
                )
            };
            let insert = format!(
                "INSERT INTO tasks (owner_id, title, description, created_at, updated_at, completed_at)
                SELECT {owner}, 'Buy milk, number ' || n, 'Whole milk, two litres, from the shop at the corner', n, n,
                    CASE WHEN n / 2 % 4 = 0 THEN n END
                FROM {numbers}"
            );
            db.execute_unprepared(&insert).await.unwrap();
        }
    }
    if on_postgres {
        // What it does by itself sooner or later, and not while something is measured.
        db.execute_unprepared("VACUUM ANALYZE tasks").await.unwrap();
        db.execute_unprepared("CHECKPOINT").await.unwrap();
    }
    database.close().await;
}
