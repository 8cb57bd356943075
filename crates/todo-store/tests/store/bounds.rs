use sea_orm::ConnectionTrait as _;
use todo_store::for_each_backend;

const LAST_INSTANT: &str = "253402300799999999";

/// The SQL literals of a row of `tasks`, valid unless a test replaces one.
struct Row {
    owner: String,
    title: String,
    description: String,
    version: &'static str,
    created_at: &'static str,
    updated_at: &'static str,
    completed_at: &'static str,
}

impl Row {
    fn valid() -> Self {
        Self {
            owner: "'ann'".into(),
            title: "'Buy milk'".into(),
            description: "NULL".into(),
            version: "1",
            created_at: "5",
            updated_at: "7",
            completed_at: "6",
        }
    }

    fn insert(&self) -> String {
        let Self { owner, title, description, version, created_at, updated_at, completed_at } = self;
        format!(
            "INSERT INTO tasks (owner_id, title, description, version, created_at, updated_at, completed_at)
            VALUES ({owner}, {title}, {description}, {version}, {created_at}, {updated_at}, {completed_at})"
        )
    }
}

fn text(character: &str, times: usize) -> String {
    format!("'{}'", character.repeat(times))
}

for_each_backend! {
    async fn row_within_domain_bounds_is_stored(database: &TestDatabase) {
        let database = database.database().await;
        for row in [
            Row::valid(),
            Row { owner: text("x", 255), title: text("é", 255), description: text("👩", 5000), ..Row::valid() },
            Row { description: "''".into(), completed_at: "NULL", ..Row::valid() },
            Row { created_at: "0", updated_at: LAST_INSTANT, completed_at: LAST_INSTANT, ..Row::valid() },
            Row { created_at: "5", updated_at: "5", completed_at: "5", version: "9007199254740993", ..Row::valid() },
        ] {
            database.writer().execute_unprepared(&row.insert()).await.unwrap();
        }
    }

    async fn row_out_of_domain_bounds_is_rejected(database: &TestDatabase) {
        let database = database.database().await;
        for row in [
            Row { owner: "''".into(), ..Row::valid() },
            Row { owner: "NULL".into(), ..Row::valid() },
            Row { owner: text("x", 256), ..Row::valid() },
            Row { owner: text("é", 128), ..Row::valid() },
            Row { title: "''".into(), ..Row::valid() },
            Row { title: "NULL".into(), ..Row::valid() },
            Row { title: text("x", 256), ..Row::valid() },
            Row { description: text("x", 5001), ..Row::valid() },
            Row { version: "0", ..Row::valid() },
            Row { version: "NULL", ..Row::valid() },
            Row { created_at: "-1", ..Row::valid() },
            Row { created_at: "NULL", ..Row::valid() },
            Row { created_at: "'soon'", ..Row::valid() },
            Row { updated_at: "4", completed_at: "NULL", ..Row::valid() },
            Row { updated_at: "253402300800000000", ..Row::valid() },
            Row { completed_at: "4", ..Row::valid() },
            Row { completed_at: "8", ..Row::valid() },
        ] {
            database.writer().execute_unprepared(&row.insert()).await.expect_err(&row.insert());
        }
    }

    async fn task_id_out_of_bounds_is_rejected(database: &TestDatabase) {
        let database = database.database().await;
        let with_id = |id: &str| {
            let overriding = if database.writer().get_database_backend() == sea_orm::DbBackend::Postgres { "OVERRIDING SYSTEM VALUE" } else { "" };
            format!("INSERT INTO tasks (id, owner_id, title, created_at, updated_at) {overriding} VALUES ({id}, 'ann', 'a', 1, 1)")
        };
        database.writer().execute_unprepared(&with_id("9007199254740991")).await.unwrap();
        for id in ["0", "-1", "9007199254740992"] {
            database.writer().execute_unprepared(&with_id(id)).await.expect_err(id);
        }
    }

    async fn token_use_row_out_of_bounds_is_rejected(database: &TestDatabase) {
        let database = database.database().await;
        let insert = |owner: &str, token: &str, day: &str, expires_at: &str| {
            format!("INSERT INTO token_uses (owner_id, token_id, last_used_on, expires_at) VALUES ({owner}, {token}, {day}, {expires_at})")
        };
        let writer = database.writer();
        writer.execute_unprepared(&insert(&text("x", 255), &text("t", 64), "2932896", LAST_INSTANT)).await.unwrap();
        for invalid in [
            insert(&text("x", 255), &text("t", 64), "1", "1"),
            insert("''", "'t'", "1", "1"),
            insert(&text("x", 256), "'t'", "1", "1"),
            insert("'ann'", "''", "1", "1"),
            insert("'ann'", &text("t", 65), "1", "1"),
            insert("'ann'", "'t'", "-1", "1"),
            insert("'ann'", "'t'", "2932897", "1"),
            insert("'ann'", "'t'", "1", "-1"),
            insert("'ann'", "'t'", "1", "253402300800000000"),
        ] {
            writer.execute_unprepared(&invalid).await.expect_err(&invalid);
        }
    }

    async fn idempotency_key_row_out_of_bounds_is_rejected(database: &TestDatabase) {
        let database = database.database().await;
        let fingerprint = |bytes: usize| match database.writer().get_database_backend() {
            sea_orm::DbBackend::Postgres => format!("'\\x{}'", "ab".repeat(bytes)),
            _ => format!("x'{}'", "ab".repeat(bytes)),
        };
        let insert = |owner: &str, key: &str, fingerprint: &str, task: &str, at: &str| {
            format!("INSERT INTO idempotency_keys (owner_id, key, fingerprint, task_id, created_at) VALUES ({owner}, {key}, {fingerprint}, {task}, {at})")
        };
        let valid = fingerprint(32);
        let writer = database.writer();
        writer.execute_unprepared(&insert("'ann'", &text("k", 255), &valid, "1", "1")).await.unwrap();
        for invalid in [
            insert("'ann'", &text("k", 255), &valid, "2", "2"),
            insert("''", "'k'", &valid, "1", "1"),
            insert("'ann'", "''", &valid, "1", "1"),
            insert("'ann'", &text("k", 256), &valid, "1", "1"),
            insert("'ann'", "'k'", &fingerprint(31), "1", "1"),
            insert("'ann'", "'k'", &valid, "0", "1"),
            insert("'ann'", "'k'", &valid, "1", "-1"),
        ] {
            writer.execute_unprepared(&invalid).await.expect_err(&invalid);
        }
    }
}
