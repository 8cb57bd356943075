//! Each operation of the store on both databases.
//!
//! ```text
//! scripts/with-postgres --durable run cargo bench -p todo-store --bench store
//! ```
//!
//! `cargo bench` uses the release profile, which takes minutes to build. This is faster, and close enough for ratios:
//!
//! ```text
//! CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench -p todo-store --bench store -- SQLite/get
//! ```
//!
//! A write ends when it is on disk. The SQLite file is in `TMPDIR`, which should be on a disk; without `--durable`
//! PostgreSQL does not wait for its disk.

#![expect(clippy::unwrap_used, reason = "a benchmark that fails stops")]

use std::{
    env,
    time::{Duration, SystemTime},
};

use criterion::{BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use sea_orm::{ConnectionTrait as _, DbBackend};
use todo_domain::{NewTask, TaskChange, TaskId, Timestamp};
use todo_store::{
    IdempotencyKey, ListQuery, OwnerTasks, Store, VersionCondition,
    test_util::{TestDatabase, owner_id},
};
use tokio::runtime::{self, Runtime};

const ANY_VERSION: &VersionCondition = &VersionCondition::Any;
const TASKS: i64 = 20_000;

fn both_backends(criterion: &mut Criterion) {
    // One thread, as each worker of the server has.
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    all_operations(criterion.benchmark_group("SQLite"), &runtime, &TestDatabase::sqlite());
    if env::var_os("TEST_DATABASE_URL").is_some() {
        let test_database = runtime.block_on(TestDatabase::postgres());
        all_operations(criterion.benchmark_group("PostgreSQL"), &runtime, &test_database);
    } else {
        eprintln!("PostgreSQL is skipped: TEST_DATABASE_URL is not set. scripts/with-postgres starts a server.");
    }
}

fn all_operations(mut group: BenchmarkGroup<'_, WallTime>, runtime: &Runtime, test_database: &TestDatabase) {
    let store = runtime.block_on(create_rows(test_database));
    let tasks = store.for_owner(owner_id("ann"));
    reads(&mut group, runtime, &tasks);
    creates(&mut group, runtime, &tasks);
    updates(&mut group, runtime, &tasks);
    group.finish();
    runtime.block_on(store.close());
}

fn reads(group: &mut BenchmarkGroup<'_, WallTime>, runtime: &Runtime, tasks: &OwnerTasks) {
    group.bench_function("get", |b| b.iter(|| runtime.block_on(tasks.get(some_task())).unwrap()));
    for limit in [20, 50] {
        for (depth, before) in [("first", None), ("deep", Some(some_task()))] {
            let page = ListQuery { status: None, before, limit };
            assert_eq!(runtime.block_on(tasks.list(page)).unwrap().tasks.len(), usize::from(limit));
            group.bench_function(format!("list {limit}, {depth} page"), |b| {
                b.iter(|| runtime.block_on(tasks.list(page)).unwrap());
            });
        }
    }
}

fn creates(group: &mut BenchmarkGroup<'_, WallTime>, runtime: &Runtime, tasks: &OwnerTasks) {
    group.bench_function("create", |b| b.iter(|| runtime.block_on(tasks.create(new_task(), now())).unwrap()));
    let mut number = 0;
    group.bench_function("create_idempotent", |b| {
        b.iter(|| {
            number += 1;
            runtime.block_on(tasks.create_idempotent(new_task(), &key(number), now())).unwrap()
        });
    });
    group.bench_function("create_idempotent, repeated", |b| {
        b.iter(|| runtime.block_on(tasks.create_idempotent(new_task(), &key(1), now())).unwrap());
    });
}

fn updates(group: &mut BenchmarkGroup<'_, WallTime>, runtime: &Runtime, tasks: &OwnerTasks) {
    let change: TaskChange = serde_json::from_str(r#"{"title":"Buy oat milk"}"#).unwrap();
    group.bench_function("update", |b| {
        b.iter(|| runtime.block_on(tasks.update(some_task(), change.clone(), ANY_VERSION, now())).unwrap());
    });
    // Completes and reopens in turn: a repeated completion changes nothing.
    let mut completed = false;
    group.bench_function("complete", |b| {
        b.iter(|| {
            completed = !completed;
            runtime.block_on(tasks.set_completed(some_task(), completed, ANY_VERSION, now())).unwrap()
        });
    });
    let create = || runtime.block_on(tasks.create(new_task(), now())).unwrap().id;
    group.bench_function("delete", |b| {
        b.iter_batched(create, |id| runtime.block_on(tasks.delete(id, ANY_VERSION)).unwrap(), BatchSize::PerIteration);
    });
}

/// Every second task is Ann's, and every second one of hers has a description.
async fn create_rows(test_database: &TestDatabase) -> Store {
    let database = test_database.database().await;
    let db = database.writer();
    let on_postgres = db.get_database_backend() == DbBackend::Postgres;
    let numbers = if on_postgres {
        format!("generate_series(1, {TASKS}) AS numbers (n)")
    } else {
        let counted = format!("SELECT 1 UNION ALL SELECT n + 1 FROM numbers LIMIT {TASKS}");
        format!("(WITH RECURSIVE numbers (n) AS ({counted}) SELECT n FROM numbers)")
    };
    let insert = format!(
        "INSERT INTO tasks (owner_id, title, description, created_at, updated_at)
        SELECT CASE WHEN n % 2 = 0 THEN 'ann' ELSE 'owner ' || (n % 1000) END, 'Buy milk, number ' || n,
            CASE WHEN n / 2 % 2 = 0 THEN 'Whole milk, two litres, from the shop at the corner' END, n, n
        FROM {numbers}"
    );
    db.execute_unprepared(&insert).await.unwrap();
    if on_postgres {
        db.execute_unprepared("VACUUM ANALYZE").await.unwrap();
    }
    Store::new(database)
}

/// A task of Ann's, in the middle of the table.
fn some_task() -> TaskId {
    TaskId::new(TASKS / 2).unwrap()
}

fn new_task() -> NewTask {
    let json = r#"{"title":"Buy milk","description":"Whole milk, two litres, from the shop at the corner"}"#;
    serde_json::from_str(json).unwrap()
}

fn key(number: u64) -> IdempotencyKey {
    format!("8e03978e-40d5-43dd-bc93-{number:012}").parse().unwrap()
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn config() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = store;
    config = config();
    targets = both_backends
}
criterion_main!(store);
