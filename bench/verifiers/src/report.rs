//! Prints which token cases each crate accepts or rejects wrongly.

use std::collections::BTreeMap;
use std::error::Error;
use std::path::Path;

use crate::candidates::{Candidate, Crate};
use crate::conformance::{self, Configuration};

/// The result of one crate for one case.
#[derive(Clone, Copy, PartialEq)]
enum Outcome {
    Correct,
    Wrong,
    /// The crate has no verifier for keys of this kind.
    NotSupported,
}

/// A case and the outcome of each crate, in the order of [`crates`].
struct Row<'c> {
    configuration: &'c Configuration,
    case: &'c conformance::Case,
    outcomes: Vec<Outcome>,
}

/// `verify` with and without typed claims has the same rules.
fn crates() -> impl Iterator<Item = Crate> {
    Crate::ALL.into_iter().filter(|each| *each != Crate::AuthCoreTyped)
}

pub(crate) async fn print_conformance(directory: &Path) -> Result<(), Box<dyn Error>> {
    let configurations = conformance::read(directory)?;
    let mut rows = Vec::new();
    for configuration in &configurations {
        rows.extend(run(configuration).await);
    }
    let (with_secret, with_public_keys): (Vec<_>, Vec<_>) = rows.iter().partition(|row| row.configuration.has_secret());
    print_table("Shared secret, accepted wrongly", &with_secret, false);
    print_table("Public keys, accepted wrongly", &with_public_keys, false);
    print_table("Shared secret, rejected wrongly", &with_secret, true);
    print_table("Public keys, rejected wrongly", &with_public_keys, true);
    print_names(&rows);
    Ok(())
}

async fn run(configuration: &Configuration) -> Vec<Row<'_>> {
    let rows = configuration.cases.iter().map(|case| Row { configuration, case, outcomes: Vec::new() });
    let mut rows: Vec<_> = rows.collect();
    for each in crates() {
        let candidate = Candidate::new(each, &configuration.keys()).await;
        if let Err(error) = &candidate {
            println!("{} rejects the keys of {}: {error}", each.name(), configuration.name);
        }
        for row in &mut rows {
            let is_accepted = match &candidate {
                Ok(Some(candidate)) => candidate.accepts(&row.case.token).await,
                Ok(None) => {
                    row.outcomes.push(Outcome::NotSupported);
                    continue;
                }
                // A service without a verifier accepts nothing.
                Err(_) => false,
            };
            row.outcomes.push(if is_accepted == row.case.is_valid { Outcome::Correct } else { Outcome::Wrong });
        }
    }
    rows
}

/// One line a family, with the number of wrong outcomes of each crate; in the total also those that a standard demands.
fn print_table(title: &str, rows: &[&Row<'_>], of_valid_tokens: bool) {
    let rows: Vec<_> = rows.iter().filter(|row| row.case.is_valid == of_valid_tokens).collect();
    let mut families: BTreeMap<&str, Vec<&Row<'_>>> = BTreeMap::new();
    for row in &rows {
        families.entry(&row.case.family).or_default().push(row);
    }
    let names: Vec<_> = crates().map(Crate::name).collect();
    println!("\n| {title} | tokens | {} |\n|---|--:|{}", names.join(" | "), "--:|".repeat(names.len()));
    for (family, rows) in &families {
        print_line(family, rows);
    }
    let all: Vec<&Row<'_>> = rows.iter().map(|row| **row).collect();
    print_line("all", &all);
    let by_standard: Vec<&Row<'_>> = all.iter().copied().filter(|row| row.case.is_standard).collect();
    print_line("of these by an RFC or ASVS", &by_standard);
}

fn print_line(title: &str, rows: &[&Row<'_>]) {
    print!("| {title} | {} |", rows.len());
    for index in 0..crates().count() {
        let is = |row: &&&Row<'_>, outcome| row.outcomes[index] == outcome;
        if rows.iter().any(|row| is(&row, Outcome::NotSupported)) {
            print!(" – |");
        } else {
            print!(" {} |", rows.iter().filter(|row| is(row, Outcome::Wrong)).count());
        }
    }
    println!();
}

fn print_names(rows: &[Row<'_>]) {
    println!();
    for (index, each) in crates().enumerate() {
        for (is_valid, verb) in [(false, "accepts"), (true, "rejects")] {
            let mut configurations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
            let wrong =
                rows.iter().filter(|row| row.case.is_valid == is_valid && row.outcomes[index] == Outcome::Wrong);
            for row in wrong {
                configurations.entry(&row.case.name).or_default().push(&row.configuration.name);
            }
            for (name, configurations) in configurations {
                println!("{} {verb} {name} ({})", each.name(), configurations.join(", "));
            }
        }
    }
    println!();
}
