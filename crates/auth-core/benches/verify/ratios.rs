//! The duration of a verification relative to its primitive and to jsonwebtoken's `decode`.
//!
//! The operations of a case alternate, and the best turn of each counts, so the ratios hold on a busy machine too.

use std::time::{Duration, Instant};

use crate::cases::Case;

const TURNS: u32 = 200;
const TURN: Duration = Duration::from_micros(500);

/// Prints one line a case.
pub(crate) fn print_ratios(cases: Vec<Case>) {
    println!("{:26} {:>10} {:>13} {:>6} {:>15} {:>6}", "", "auth-core", "primitive", "", "jsonwebtoken", "");
    for mut case in cases {
        let mut operations = vec![&mut case.auth_core, &mut case.primitive];
        operations.extend(&mut case.jsonwebtoken);
        let best = best_turns(&mut operations);

        print!("{:26} {:>7.0} ns", case.name, best[0]);
        for other in &best[1..] {
            print!(" {other:>10.0} ns {:>6.2}×", best[0] / other);
        }
        if let Some(max) = case.max_ratio {
            let ratio = best[0] / best[best.len() - 1];
            print!("  bound {max} {}", if ratio <= max { "met" } else { "EXCEEDED" });
        }
        println!();
    }
}

/// Nanoseconds for each operation.
fn best_turns(operations: &mut [&mut Box<dyn FnMut()>]) -> Vec<f64> {
    let runs: Vec<u32> = operations.iter_mut().map(|operation| runs_per_turn(operation)).collect();
    let mut best = vec![f64::MAX; operations.len()];
    for _ in 0..TURNS {
        for ((operation, runs), best) in operations.iter_mut().zip(&runs).zip(&mut best) {
            let start = Instant::now();
            (0..*runs).for_each(|_| operation());
            *best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(*runs));
        }
    }
    best
}

fn runs_per_turn(operation: &mut dyn FnMut()) -> u32 {
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < TURN {
        operation();
        runs += 1;
    }
    runs
}
