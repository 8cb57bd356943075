use sea_orm::ConnectionTrait as _;
use todo_store::{Store, test_util::TestDatabase};

use crate::{filled::fill, postgres::Postgres, recorder::Recorder, sqlite::Sqlite};

/// A filled database that says how it finds rows.
pub(crate) enum Explained {
    Sqlite(Sqlite),
    Postgres(Postgres),
}

impl Explained {
    pub(crate) async fn plans(&self, work: impl AsyncFnOnce(&Store)) -> Vec<String> {
        match self {
            Self::Sqlite(database) => database.plans(work).await,
            Self::Postgres(database) => database.plans(work).await,
        }
    }

    pub(crate) fn either<T>(&self, sqlite: T, postgres: T) -> T {
        match self {
            Self::Sqlite(_) => sqlite,
            Self::Postgres(_) => postgres,
        }
    }
}

/// Runs the checks as often as there are ways to come to a plan: SQLite without and with statistics, which nobody gathers
/// today, and PostgreSQL with plans for one value and for all.
///
/// `ruin` is what happens to the database before.
pub(crate) async fn each_way(place: &TestDatabase, ruin: &str, checks: impl AsyncFn(&Explained)) {
    if place.directory().is_some() {
        let sqlite = Sqlite::open(Recorder::start().await).await;
        let db = sqlite.database().writer().clone();
        fill(&db).await;
        db.execute_unprepared(ruin).await.unwrap();
        let explained = Explained::Sqlite(sqlite);
        checks(&explained).await;
        db.execute_unprepared("ANALYZE").await.unwrap();
        checks(&explained).await;
        return;
    }
    let database = place.database().await;
    fill(database.writer()).await;
    database.writer().execute_unprepared(ruin).await.unwrap();
    // It does so by itself sooner or later.
    database.writer().execute_unprepared("ANALYZE").await.unwrap();
    for plans in ["force_custom_plan", "force_generic_plan"] {
        checks(&Explained::Postgres(Postgres::open(place, plans, Recorder::start().await))).await;
    }
}
