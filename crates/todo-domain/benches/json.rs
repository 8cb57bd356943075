//! Deserialization of request bodies and serialization of tasks.
//!
//! ```text
//! cargo bench -p todo-domain --bench json
//! ```

#![expect(clippy::unwrap_used, reason = "a benchmark that fails stops")]

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use todo_domain::{Description, NewTask, OwnerId, Task, TaskChange, TaskId, TaskStatus, Timestamp, Title, Version};

fn deserialize_bodies(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("in");
    for (name, body) in [
        ("a new task, title only", r#"{"title":"Buy milk"}"#),
        ("a new task", r#"{"title":"Buy milk","description":"Whole milk, two litres, from the shop at the corner"}"#),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| serde_json::from_slice::<NewTask>(black_box(body.as_bytes())).unwrap());
        });
    }
    for (name, body) in [
        ("a change of the title", r#"{"title":"Buy oat milk"}"#),
        ("a change of both", r#"{"title":"Buy oat milk","description":null}"#),
    ] {
        group.bench_function(name, |b| {
            b.iter(|| serde_json::from_slice::<TaskChange>(black_box(body.as_bytes())).unwrap());
        });
    }
    group.finish();
}

fn serialize_tasks(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("out");
    let single = task(1);
    group.throughput(Throughput::Bytes(serde_json::to_vec(&single).unwrap().len().try_into().unwrap()));
    group.bench_function("a task", |b| b.iter(|| serde_json::to_vec(black_box(&single)).unwrap()));
    for size in [20, 50] {
        let page: Vec<Task> = (1..=size).map(task).collect();
        group.throughput(Throughput::Bytes(serde_json::to_vec(&page).unwrap().len().try_into().unwrap()));
        group.bench_function(format!("a page of {size}"), |b| b.iter(|| serde_json::to_vec(black_box(&page)).unwrap()));
    }
    group.finish();
}

/// Every second task has a description, every fourth is complete.
#[expect(clippy::disallowed_methods, reason = "benchmarks need no authenticated owner")]
fn task(number: i64) -> Task {
    let created_at = 1_795_167_000_120_000 + number * 61_000_007;
    let completed_at = (number % 4 == 0).then(|| Timestamp::from_micros(created_at + 3_600_000_001));
    Task {
        id: TaskId::new(number + 41_000).unwrap(),
        user_id: OwnerId::from_verified("awroGELRKynayhrkUY8vlg7fLYiAWsqC").unwrap(),
        title: Title::try_from(format!("Buy milk, number {number}")).unwrap(),
        description: (number % 2 == 0)
            .then(|| Description::try_from("Whole milk, two litres, from the shop at the corner".to_owned()).unwrap()),
        status: if completed_at.is_some() { TaskStatus::Complete } else { TaskStatus::Incomplete },
        created_at: Timestamp::from_micros(created_at),
        updated_at: completed_at.unwrap_or(Timestamp::from_micros(created_at)),
        completed_at,
        version: Version::FIRST,
    }
}

fn config() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = json;
    config = config();
    targets = deserialize_bodies, serialize_tasks
}
criterion_main!(json);
