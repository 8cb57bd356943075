use std::fs;

use todo_store::{
    Database, OpenError, Store, StoreError, on_both,
    test_util::{TestDatabase, at, new},
};

use crate::{anns, count};

fn files(place: &TestDatabase) -> Vec<String> {
    let entries = fs::read_dir(place.directory().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn refused(url: &str) -> OpenError {
    Database::open(&url.parse().unwrap(), 2).await.unwrap_err()
}

on_both! {
    async fn a_closed_store_says_that_it_is_not_available_and_keeps_everything(database: &TestDatabase) {
        let store = database.store().await;
        anns(&store).create(new("Buy milk"), at(1)).await.unwrap();
        store.close().await;
        store.close().await;
        assert!(matches!(anns(&store).create(new("x"), at(1)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
        assert_eq!(count(&anns(&database.store().await)).await, 1);
    }

    async fn a_store_without_its_schema_is_an_internal_error(database: &TestDatabase) {
        let store = Store::new(database.open().await);
        assert!(matches!(store.ping().await, Err(StoreError::Internal(_))));
        assert!(matches!(anns(&store).create(new("x"), at(1)).await, Err(StoreError::Internal(_))));
    }

    async fn asking_what_is_pending_makes_no_table(database: &TestDatabase) {
        let opened = database.open().await;
        for _ in 0..2 {
            assert_eq!(migrations::pending(opened.writer()).await.unwrap().len(), 2);
        }
        assert_eq!(migrations::apply(opened.writer()).await.unwrap(), 2);
        assert_eq!(migrations::pending(opened.writer()).await.unwrap(), Vec::<String>::new());
    }

    async fn an_error_and_a_handle_show_no_password_and_no_row(database: &TestDatabase) {
        use sea_orm::ConnectionTrait as _;
        let opened = database.database().await;
        let sql = "INSERT INTO tasks (owner_id, title, version, created_at, updated_at) VALUES ('ann', 'secret', 0, 1, 1)";
        let error = StoreError::from(opened.writer().execute_unprepared(sql).await.unwrap_err());
        let password = database.url().split([':', '@']).nth(2).unwrap_or("no password").to_owned();
        let shown = format!("{error} {error:?} {error:#?} {opened:?} {:?}", Store::new(opened.clone()));
        assert!(!shown.contains("secret") && !shown.contains(&password), "{shown}");
    }
}

#[tokio::test]
async fn a_closed_sqlite_database_is_one_file() {
    let place = TestDatabase::sqlite();
    let store = place.store().await;
    anns(&store).create(new("Buy milk"), at(1)).await.unwrap();
    count(&anns(&store)).await;
    assert_eq!(files(&place), ["todo.db", "todo.db-shm", "todo.db-wal"]);
    store.close().await;
    assert_eq!(files(&place), ["todo.db"]);
}

#[tokio::test]
async fn a_log_that_a_crash_left_behind_is_emptied_at_the_start() {
    let place = TestDatabase::sqlite();
    let crashed = place.store().await;
    anns(&crashed).create(new("Buy milk"), at(1)).await.unwrap();
    let log = place.directory().unwrap().join("todo.db-wal");
    assert_ne!(fs::metadata(&log).unwrap().len(), 0);
    let _again = place.open().await;
    assert_eq!(fs::metadata(&log).unwrap().len(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn a_new_database_file_is_for_this_user_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = TestDatabase::sqlite();
    let _store = place.store().await;
    for file in files(&place) {
        let mode = fs::metadata(place.directory().unwrap().join(&file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn a_database_in_memory_serves_everybody_and_stays() {
    let database = Database::open(&"sqlite::memory:".parse().unwrap(), 8).await.unwrap();
    migrations::apply(database.writer()).await.unwrap();
    let store = Store::new(database);
    let crowd = (0..8).map(|_| {
        let tasks = anns(&store);
        tokio::spawn(async move {
            for _ in 0..20 {
                let task = tasks.create(new("Buy milk"), at(1)).await.unwrap();
                assert_eq!(tasks.get(task.id).await.unwrap(), task);
            }
        })
    });
    for one in crowd.collect::<Vec<_>>() {
        one.await.unwrap();
    }
    assert_eq!(count(&anns(&store)).await, 160);
    store.close().await;
}

#[tokio::test]
async fn what_cannot_be_opened_says_why() {
    let place = TestDatabase::sqlite();
    let missing = refused(place.url().trim_end_matches("?mode=rwc")).await;
    assert!(matches!(missing, OpenError::File { .. }), "{missing:?}");
    assert_eq!(files(&place), [""; 0]);

    fs::write(place.directory().unwrap().join("todo.db"), "Dear diary, this is no database. ".repeat(100)).unwrap();
    let diary = refused(place.url()).await;
    assert!(matches!(diary, OpenError::File { .. }), "{diary:?}");

    let place = TestDatabase::postgres().await;
    let nobody = refused(&place.url().replace("todo_test_", "nobody_has_")).await;
    assert!(matches!(nobody, OpenError::Server { .. }), "{nobody:?}");
}
