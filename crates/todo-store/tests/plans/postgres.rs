use serde_json::Value;
use todo_store::{Database, Store, test_util::TestDatabase};

use crate::recorder::Recorder;

/// A database that tells how it ran each statement that it was sent. The server's own module `auto_explain` does that;
/// loading it takes a superuser, as the owner of a server for tests is.
pub(crate) struct Postgres {
    url: String,
    recorder: Recorder,
}

impl Postgres {
    /// `plans` says which plans the server makes: anew for the values at hand (`force_custom_plan`) or one for all
    /// values (`force_generic_plan`). Left alone it begins with the former and may go over to the latter after five runs.
    pub(crate) fn open(place: &TestDatabase, plans: &str, recorder: Recorder) -> Self {
        let settings = [
            ("session_preload_libraries", "auto_explain"),
            ("auto_explain.log_min_duration", "0"),
            ("auto_explain.log_level", "notice"),
            ("auto_explain.log_format", "json"),
            ("plan_cache_mode", plans),
        ];
        let options = settings.map(|(setting, value)| format!("options[{setting}]={value}")).join("&");
        let first = if place.url().contains('?') { '&' } else { '?' };
        let url = format!("{}{first}{options}", place.url());
        Self { url, recorder }
    }

    /// How the database found the rows of each statement of this work.
    pub(crate) async fn plans(&self, work: impl AsyncFnOnce(&Store)) -> Vec<String> {
        let database = Database::open(&self.url.parse().unwrap(), 1).await.unwrap();
        self.recorder.take(NOTICE);
        work(&Store::new(database.clone())).await;
        // Whoever reads one row does not read what comes after it. Closing does.
        database.close().await;
        let notices = self.recorder.take(NOTICE);
        let plans = notices.iter().filter_map(|notice| Some(notice["message"].as_str()?.split_once("plan:\n")?.1));
        let mut lines = Vec::new();
        for plan in plans {
            let plan: Value = serde_json::from_str(plan).unwrap();
            describe(&plan["Plan"], &mut lines);
        }
        lines
    }
}

const NOTICE: &str = "sqlx::postgres::notice";

/// Steps that neither look for rows nor put them in order.
const HARMLESS: [&str; 8] =
    ["Aggregate", "CTE Scan", "Limit", "ModifyTable", "Nested Loop", "ProjectSet", "Result", "Subquery Scan"];

/// One line for each step that matters: which index by which columns, what is looked at only to be thrown away, or the
/// name of a step that should not be there at all.
fn describe(step: &Value, lines: &mut Vec<String>) {
    let name = step["Node Type"].as_str().unwrap();
    if name == "Index Scan" || name == "Index Only Scan" {
        let backward = if step["Scan Direction"] == "Backward" { " backward" } else { "" };
        let filter = step["Filter"].as_str().map_or(String::new(), |filter| format!(" filter {}", columns(filter)));
        let (index, by) = (step["Index Name"].as_str().unwrap(), step["Index Cond"].as_str().unwrap_or_default());
        lines.push(format!("{index}{backward} {}{filter}", columns(by)));
    } else if !HARMLESS.contains(&name) {
        lines.push(name.to_owned());
    }
    for inner in step["Plans"].as_array().into_iter().flatten() {
        describe(inner, lines);
    }
}

/// `((owner_id = 'ann'::text) AND (id < 7))` without the values: `(owner_id = AND id <)`.
fn columns(condition: &str) -> String {
    let column = |part: &str| {
        let words = part.trim_start_matches('(').split(' ').take(2);
        words.collect::<Vec<_>>().join(" ")
    };
    format!("({})", condition.split(" AND ").map(column).collect::<Vec<_>>().join(" AND "))
}
