//! What a verification costs in units of its primitive and of jsonwebtoken's `decode`.
//!
//! The parts take turns, and of each the best turn counts: so the ratios hold on a busy machine as well.

#![expect(clippy::unwrap_used, reason = "a bench that does not verify shall stop")]

mod cases;

use std::time::{Duration, Instant};

use cases::cases;

const TURNS: u32 = 200;
const TURN: Duration = Duration::from_micros(500);

fn main() {
    println!("{:26} {:>10} {:>10} {:>7} {:>10} {:>7}", "", "auth-core", "primitive", "", "decode", "");
    for mut case in cases() {
        let mut parts = vec![&mut case.ours, &mut case.primitive];
        parts.extend(&mut case.decode);
        let best = best_turns(&mut parts);

        print!("{:26} {:>7.0} ns", case.name, best[0]);
        for other in &best[1..] {
            print!(" {other:>7.0} ns {:>6.2}×", best[0] / other);
        }
        println!();
    }
}

/// Nanoseconds a run.
fn best_turns(parts: &mut [&mut Box<dyn FnMut()>]) -> Vec<f64> {
    let runs: Vec<u32> = parts.iter_mut().map(|run| runs_a_turn(run)).collect();
    let mut best = vec![f64::MAX; parts.len()];
    for _ in 0..TURNS {
        for ((run, runs), best) in parts.iter_mut().zip(&runs).zip(&mut best) {
            let start = Instant::now();
            (0..*runs).for_each(|_| run());
            *best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(*runs));
        }
    }
    best
}

fn runs_a_turn(run: &mut dyn FnMut()) -> u32 {
    let start = Instant::now();
    let mut runs = 0;
    while start.elapsed() < TURN {
        run();
        runs += 1;
    }
    runs
}
