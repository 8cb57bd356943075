//! The cost of a verification. Criterion measures each operation by itself; the report at the end compares them.
//!
//! `cargo bench -p auth-core` runs everything, and with `-- ratios` the report only. Another filter skips the report.

#![expect(clippy::unwrap_used, reason = "a benchmark stops if a verification fails")]

mod cases;
mod ratios;

use std::time::Duration;

use criterion::Criterion;

use crate::cases::cases;
use crate::ratios::print_ratios;

fn main() {
    let config = Criterion::default().warm_up_time(Duration::from_millis(500)).measurement_time(Duration::from_secs(2));
    let mut criterion = config.configure_from_args();
    for mut case in cases() {
        let mut group = criterion.benchmark_group(&case.name);
        group.bench_function("auth-core", |b| b.iter(&mut case.auth_core));
        group.bench_function("primitive", |b| b.iter(&mut case.primitive));
        if let Some(decode) = &mut case.jsonwebtoken {
            group.bench_function("jsonwebtoken", |b| b.iter(&mut *decode));
        }
        group.finish();
    }
    criterion.final_summary();
    // Cargo passes `--bench` to a benchmark, and not to a test of it.
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let is_unfiltered = arguments.iter().all(|argument| argument == "--bench" || argument == "ratios");
    if !arguments.is_empty() && is_unfiltered {
        print_ratios(cases());
    }
}
