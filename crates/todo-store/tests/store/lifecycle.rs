use std::fs;

use todo_store::{
    Database, OpenError, Store, StoreError, for_each_backend,
    test_util::{TestDatabase, new_task, timestamp},
};

use crate::{count, tasks_of_ann};

fn files(test_database: &TestDatabase) -> Vec<String> {
    let entries = fs::read_dir(test_database.directory().unwrap()).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort_unstable();
    names
}

async fn open_error(url: &str) -> OpenError {
    Database::open(&url.parse().unwrap(), 2).await.unwrap_err()
}

for_each_backend! {
    async fn closed_store_is_unavailable_and_keeps_its_tasks(database: &TestDatabase) {
        let store = database.store().await;
        tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
        store.close().await;
        store.close().await;
        assert!(matches!(tasks_of_ann(&store).create(new_task("x"), timestamp(1)).await, Err(StoreError::Unavailable(_))));
        assert!(matches!(store.ping().await, Err(StoreError::Unavailable(_))));
        assert_eq!(count(&tasks_of_ann(&database.store().await)).await, 1);
    }

    async fn store_without_schema_fails_with_internal_error(database: &TestDatabase) {
        let store = Store::new(database.open().await);
        assert!(matches!(store.ping().await, Err(StoreError::Internal(_))));
        assert!(matches!(tasks_of_ann(&store).create(new_task("x"), timestamp(1)).await, Err(StoreError::Internal(_))));
    }

    async fn pending_migrations_are_read_without_writing(database: &TestDatabase) {
        let opened = database.open().await;
        for _ in 0..2 {
            assert_eq!(migrations::pending(opened.writer()).await.unwrap().len(), 3);
        }
        assert_eq!(migrations::apply(opened.writer()).await.unwrap(), 3);
        assert_eq!(migrations::pending(opened.writer()).await.unwrap(), Vec::<String>::new());
    }

    async fn errors_and_debug_output_contain_no_password_and_no_row(database: &TestDatabase) {
        use sea_orm::ConnectionTrait as _;
        let opened = database.database().await;
        let sql = "INSERT INTO tasks (owner_id, title, version, created_at, updated_at) VALUES ('ann', 'secret', 0, 1, 1)";
        let error = StoreError::from(opened.writer().execute_unprepared(sql).await.unwrap_err());
        let password = database.url().split([':', '@']).nth(2).unwrap_or("no password").to_owned();
        let output = format!("{error} {error:?} {error:#?} {opened:?} {:?}", Store::new(opened.clone()));
        assert!(!output.contains("secret") && !output.contains(&password), "{output}");
    }
}

#[tokio::test]
async fn closed_sqlite_database_is_one_file() {
    let test_database = TestDatabase::sqlite();
    let store = test_database.store().await;
    tasks_of_ann(&store).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
    count(&tasks_of_ann(&store)).await;
    assert_eq!(files(&test_database), ["todo.db", "todo.db-shm", "todo.db-wal"]);
    store.close().await;
    assert_eq!(files(&test_database), ["todo.db"]);
}

#[tokio::test]
async fn write_ahead_log_of_a_crashed_process_is_truncated_on_open() {
    let test_database = TestDatabase::sqlite();
    let crashed = test_database.store().await;
    tasks_of_ann(&crashed).create(new_task("Buy milk"), timestamp(1)).await.unwrap();
    let log = test_database.directory().unwrap().join("todo.db-wal");
    assert_ne!(fs::metadata(&log).unwrap().len(), 0);
    let _reopened = test_database.open().await;
    assert_eq!(fs::metadata(&log).unwrap().len(), 0);
}

#[cfg(unix)]
#[tokio::test]
async fn new_database_file_has_mode_0600() {
    use std::os::unix::fs::PermissionsExt as _;
    let test_database = TestDatabase::sqlite();
    let _store = test_database.store().await;
    for file in files(&test_database) {
        let mode = fs::metadata(test_database.directory().unwrap().join(&file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
}

#[tokio::test]
async fn in_memory_database_serves_concurrent_tasks() {
    let database = Database::open(&"sqlite::memory:".parse().unwrap(), 8).await.unwrap();
    migrations::apply(database.writer()).await.unwrap();
    let store = Store::new(database);
    let handles = (0..8).map(|_| {
        let tasks = tasks_of_ann(&store);
        tokio::spawn(async move {
            for _ in 0..20 {
                let task = tasks.create(new_task("Buy milk"), timestamp(1)).await.unwrap();
                assert_eq!(tasks.get(task.id).await.unwrap(), task);
            }
        })
    });
    for handle in handles.collect::<Vec<_>>() {
        handle.await.unwrap();
    }
    assert_eq!(count(&tasks_of_ann(&store)).await, 160);
    store.close().await;
}

#[tokio::test]
async fn database_that_cannot_be_opened_returns_open_error() {
    let test_database = TestDatabase::sqlite();
    let missing = open_error(test_database.url().trim_end_matches("?mode=rwc")).await;
    assert!(matches!(missing, OpenError::File { .. }), "{missing:?}");
    assert_eq!(files(&test_database), [""; 0]);

    fs::write(test_database.directory().unwrap().join("todo.db"), "This text is not an SQLite database. ".repeat(100))
        .unwrap();
    let no_database = open_error(test_database.url()).await;
    assert!(matches!(no_database, OpenError::File { .. }), "{no_database:?}");

    let test_database = TestDatabase::postgres().await;
    let missing = open_error(&test_database.url().replace("todo_test_", "missing_")).await;
    assert!(matches!(missing, OpenError::Server { .. }), "{missing:?}");
}
