//! Each case by itself, with criterion's statistics: to see a change. For how the parts compare, see `ratios`.

#![expect(clippy::unwrap_used, reason = "a bench that does not verify shall stop")]

mod cases;

use std::time::Duration;

use cases::cases;
use criterion::{Criterion, criterion_group, criterion_main};

fn all(criterion: &mut Criterion) {
    for mut case in cases() {
        let mut group = criterion.benchmark_group(&case.name);
        group.bench_function("auth-core", |b| b.iter(&mut case.ours));
        group.bench_function("primitive", |b| b.iter(&mut case.primitive));
        if let Some(decode) = &mut case.decode {
            group.bench_function("jsonwebtoken", |b| b.iter(&mut *decode));
        }
        group.finish();
    }
}

fn short() -> Criterion {
    Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2))
}

criterion_group! {
    name = verify;
    config = short();
    targets = all
}
criterion_main!(verify);
