use std::{fmt, time::Duration};

use crate::person::Operation;

/// How long each operation took for each person.
pub(crate) struct Table {
    people: Vec<String>,
    times: Vec<Vec<Duration>>,
}

/// How much longer a page may take for whoever has the most tasks.
const BAR: f64 = 1.2;
const OPERATIONS: usize = Operation::ALL.len();
/// Whom the others are compared with: whoever has the fewest tasks among many people.
const FEWEST: usize = 1;

impl Table {
    pub(crate) fn new(people: Vec<String>) -> Self {
        let times = vec![Vec::new(); people.len() * OPERATIONS];
        Self { people, times }
    }

    pub(crate) fn add(&mut self, person: usize, operation: Operation, took: Duration) {
        self.times[person * OPERATIONS + operation as usize].push(took);
    }

    /// Whether the pages of whoever has the most tasks are as fast as the bar asks.
    pub(crate) fn pages_fit(&self) -> bool {
        let pages = [Operation::First, Operation::Middle, Operation::Last];
        pages.iter().all(|page| self.ratio(self.people.len() - 1, *page) <= BAR)
    }

    /// The median, in microseconds.
    fn median(&self, person: usize, operation: Operation) -> f64 {
        let mut times = self.times[person * OPERATIONS + operation as usize].clone();
        times.sort_unstable();
        times[times.len() / 2].as_secs_f64() * 1e6
    }

    fn ratio(&self, person: usize, operation: Operation) -> f64 {
        self.median(person, operation) / self.median(FEWEST, operation)
    }
}

impl fmt::Display for Table {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(out, "| tasks | first page | middle page | last page | get | complete | create | delete |")?;
        writeln!(out, "|---:|---:|---:|---:|---:|---:|---:|---:|")?;
        for (person, label) in self.people.iter().enumerate() {
            write!(out, "| {label} |")?;
            for operation in Operation::ALL {
                write!(out, " {:.0} µs, {:.2} |", self.median(person, operation), self.ratio(person, operation))?;
            }
            writeln!(out)?;
        }
        writeln!(out, "\nMedians of {} runs, and how they compare with the line of 100.", self.times[0].len())
    }
}
