//! Each operation of the store on both databases, with criterion's statistics: to see a change.
//!
//! ```text
//! scripts/with-postgres --durable run cargo bench -p todo-store --bench store
//! ```
//!
//! `cargo bench` builds as for a release, which takes minutes. In between this is quicker, and near enough:
//!
//! ```text
//! CARGO_PROFILE_BENCH_LTO=off CARGO_PROFILE_BENCH_CODEGEN_UNITS=16 cargo bench -p todo-store --bench store -- SQLite/get
//! ```
//!
//! A write ends when the disk has it. The SQLite file is where `TMPDIR` says, which should be a disk; without `--durable`
//! PostgreSQL does not wait for its own.

#![expect(clippy::unwrap_used, reason = "a bench that does not work shall stop")]

use std::{
    env,
    time::{Duration, SystemTime},
};

use criterion::{BatchSize, BenchmarkGroup, Criterion, criterion_group, criterion_main, measurement::WallTime};
use sea_orm::{ConnectionTrait as _, DbBackend};
use todo_domain::{NewTask, TaskChange, TaskId, Timestamp};
use todo_store::{
    IdempotencyKey, ListQuery, OwnerTasks, Store, VersionCondition,
    test_util::{TestDatabase, owner},
};
use tokio::runtime::{self, Runtime};

const ANY: &VersionCondition = &VersionCondition::Any;
const TASKS: i64 = 20_000;

fn on_both(criterion: &mut Criterion) {
    // One thread, as each worker of the server has.
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    every_operation(criterion.benchmark_group("SQLite"), &runtime, &TestDatabase::sqlite());
    if env::var_os("TEST_DATABASE_URL").is_some() {
        let place = runtime.block_on(TestDatabase::postgres());
        every_operation(criterion.benchmark_group("PostgreSQL"), &runtime, &place);
    } else {
        eprintln!("PostgreSQL is not run: TEST_DATABASE_URL names no server. scripts/with-postgres starts one.");
    }
}

fn every_operation(mut group: BenchmarkGroup<'_, WallTime>, runtime: &Runtime, place: &TestDatabase) {
    let store = runtime.block_on(filled(place));
    let tasks = store.for_owner(owner("ann"));
    reads(&mut group, runtime, &tasks);
    adds(&mut group, runtime, &tasks);
    changes(&mut group, runtime, &tasks);
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

fn adds(group: &mut BenchmarkGroup<'_, WallTime>, runtime: &Runtime, tasks: &OwnerTasks) {
    group.bench_function("add", |b| b.iter(|| runtime.block_on(tasks.create(new(), now())).unwrap()));
    let mut number = 0;
    group.bench_function("add_once", |b| {
        b.iter(|| {
            number += 1;
            runtime.block_on(tasks.create_idempotent(new(), &key(number), now())).unwrap()
        });
    });
    group.bench_function("add_once, repeated", |b| {
        b.iter(|| runtime.block_on(tasks.create_idempotent(new(), &key(1), now())).unwrap());
    });
}

fn changes(group: &mut BenchmarkGroup<'_, WallTime>, runtime: &Runtime, tasks: &OwnerTasks) {
    let change: TaskChange = serde_json::from_str(r#"{"title":"Buy oat milk"}"#).unwrap();
    group.bench_function("change", |b| {
        b.iter(|| runtime.block_on(tasks.update(some_task(), change.clone(), ANY, now())).unwrap());
    });
    // Completed and reopened in turn: to complete it again would change nothing.
    let mut completed = false;
    group.bench_function("complete", |b| {
        b.iter(|| {
            completed = !completed;
            runtime.block_on(tasks.set_completed(some_task(), completed, ANY, now())).unwrap()
        });
    });
    let add = || runtime.block_on(tasks.create(new(), now())).unwrap().id;
    group.bench_function("remove", |b| {
        b.iter_batched(add, |id| runtime.block_on(tasks.delete(id, ANY)).unwrap(), BatchSize::PerIteration);
    });
}

/// Ann has every second task, and every second one of hers has a description.
async fn filled(place: &TestDatabase) -> Store {
    let database = place.database().await;
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

/// One of Ann's, in the middle.
fn some_task() -> TaskId {
    TaskId::new(TASKS / 2).unwrap()
}

fn new() -> NewTask {
    let json = r#"{"title":"Buy milk","description":"Whole milk, two litres, from the shop at the corner"}"#;
    serde_json::from_str(json).unwrap()
}

fn key(number: u64) -> IdempotencyKey {
    format!("8e03978e-40d5-43dd-bc93-{number:012}").parse().unwrap()
}

fn now() -> Timestamp {
    SystemTime::now().into()
}

fn short() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = store;
    config = short();
    targets = on_both
}
criterion_main!(store);
