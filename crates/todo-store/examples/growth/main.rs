//! Does anything take longer because somebody has many tasks, or because there are many people?
//!
//! In one database five people have a hundred to a million tasks, and 100,000 others the same number in between; in another
//! one person has a hundred and there is nobody else. All take turns, so that a busy machine is busy for all of them.
//!
//! ```text
//! scripts/throwaway-postgres --durable run cargo run --release -p todo-store --example growth [TURNS]
//! ```
//!
//! Ends with an error when a page of a million takes more than 1.2 times what a page of a hundred takes.

#![expect(clippy::unwrap_used, reason = "a measurement that fails shall stop")]

mod fill;
mod person;
mod table;

use std::{env, process::ExitCode};

use person::{Operation, Person};
use table::Table;
use todo_store::testkit::TestDatabase;

const SIZES: [usize; 5] = [100, 1_000, 10_000, 100_000, 1_000_000];
/// How often each operation runs in one turn of one person.
const RUNS: usize = 20;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let turns = env::args().nth(1).map_or(50, |turns| turns.parse().unwrap());
    let mut fits = measure("SQLite", turns, [TestDatabase::sqlite(), TestDatabase::sqlite()]).await;
    if env::var_os("TEST_DATABASE_URL").is_some() {
        let places = [TestDatabase::postgres().await, TestDatabase::postgres().await];
        fits &= measure("PostgreSQL", turns, places).await;
    } else {
        println!("PostgreSQL is not measured: TEST_DATABASE_URL names no server.");
    }
    if fits { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn measure(name: &str, turns: usize, [small, crowded]: [TestDatabase; 2]) -> bool {
    eprintln!("{name}: filling");
    fill::fill(&small, &SIZES[..1], fill::Others::None).await;
    fill::fill(&crowded, &SIZES, fill::Others::HundredThousand).await;
    let (alone, among_others) = (small.open().await, crowded.open().await);
    let mut people = vec![Person::find(&alone, SIZES[0], "100, nobody else".into()).await];
    for size in SIZES {
        people.push(Person::find(&among_others, size, size.to_string()).await);
    }
    eprintln!("{name}: measuring");
    let mut table = Table::new(people.iter().map(|person| person.label.clone()).collect());
    for turn in 0..turns {
        for operation in Operation::ALL {
            // Whoever comes first finds the caches as the last operation left them: that is somebody else each time.
            for index in 0..people.len() {
                let index = (index + turn) % people.len();
                for _ in 0..RUNS {
                    let took = people[index].run(operation).await;
                    table.add(index, operation, took);
                }
            }
        }
    }
    println!("### {name}\n\n{table}");
    table.pages_fit()
}
