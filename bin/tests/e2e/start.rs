use std::{fs, net::TcpListener};

use tempfile::tempdir;
use todo_store::test_util::TestDatabase;

use crate::support::{Server, command, failure, sqlite_in};

/// Starts the server with one more variable, expects it to give up.
fn refused(variable: &str, value: &str) -> (Option<i32>, String) {
    failure(command("sqlite::memory:").env(variable, value))
}

#[test]
fn each_bad_setting_stops_the_start_and_is_named_with_its_mend() {
    for (variable, value, named) in [
        ("BETTER_AUTH_SECRET", "", "openssl rand -base64 32"),
        ("BETTER_AUTH_SECRET", "short", "32 or more"),
        ("BETTER_AUTH_SECRET", "better-auth-secret-12345678901234567890", "BETTER_AUTH_SECRET"),
        ("BETTER_AUTH_SECRETS", "no versions here, not even one of them", "BETTER_AUTH_SECRETS"),
        ("TODO__AUTH__LEEWAY_SECONDS", "61", "from 0 to 60"),
        ("TODO__AUTH__LEEWAY_SECONDS", "five", "from 0 to 60"),
        ("DATABASE_URL", "mysql://somewhere", "DATABASE_URL"),
        ("PORT", "65536", "from 0 to 65535"),
        ("TODO__HTTP__ALLOWED_ORIGINS", "*", "TODO__HTTP__ALLOWED_ORIGINS"),
        ("TODO__HTTP__REQUESTS_PER_MINUTE", "0", "from 1 to"),
        ("TODO__LOG__FORMAT", "xml", "text or json"),
        ("RUST_LOG", "a=b=c", "RUST_LOG"),
        ("TODO__AUTH__LEEWAY", "5", "TODO__AUTH__LEEWAY is an unknown variable"),
        ("BETTER_AUTH_SECRET_FILE", "/nowhere", "BETTER_AUTH_SECRET_FILE"),
    ] {
        let (code, line) = refused(variable, value);
        assert_eq!(code, Some(2), "{variable}={value}: {line}");
        assert!(
            line.contains(named) && (line.contains(variable) || variable.ends_with("_FILE")),
            "{variable}={value}: {line}"
        );
    }
}

#[test]
fn an_unknown_key_in_the_file_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("todo.toml");
    for (text, named) in [
        ("[auth]\nisuer = \"x\"", "auth.isuer"),
        ("[http]\nport = \"x\"", "http.port (PORT)"),
        ("nonsense", "todo.toml"),
    ] {
        fs::write(&file, text).unwrap();
        let (code, line) = failure(command("sqlite::memory:").env_remove("PORT").arg("--config").arg(&file));
        assert_eq!(code, Some(2), "{line}");
        assert!(line.contains(named), "{line}");
    }
}

#[test]
fn the_environment_wins_over_the_file_and_the_file_over_the_defaults() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("todo.toml");
    fs::write(&file, "[http]\nport = 1234\nhost = \"0.0.0.0\"\n[auth]\nleeway_seconds = 7\n").unwrap();
    let output = command("sqlite::memory:").args(["check-config", "--config"]).arg(&file).output().unwrap();
    let shown = String::from_utf8(output.stdout).unwrap();
    let value = |variable: &str| {
        shown.lines().find(|line| line.contains(variable)).unwrap().split_whitespace().last().unwrap().to_owned()
    };
    assert_eq!(
        (value(" PORT"), value(" HOST"), value("LEEWAY")),
        ("0".to_owned(), "0.0.0.0".to_owned(), "7".to_owned())
    );
    assert!(!shown.contains(crate::support::SECRET));
}

#[test]
fn a_secret_may_come_from_a_file() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("secret");
    fs::write(&file, format!("{}\n", crate::support::SECRET)).unwrap();
    let mut from_file = command("sqlite::memory:");
    let server = Server::spawn(from_file.env_remove("BETTER_AUTH_SECRET").env("BETTER_AUTH_SECRET_FILE", &file));
    assert_eq!(server.client("ann").add("one", ""), Some(201));
}

#[test]
fn a_port_in_use_is_named() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let (code, line) = refused("PORT", &port);
    assert_eq!(code, Some(1));
    assert!(line.contains("is in use") && line.contains(&port) && line.contains("PORT"), "{line}");
}

#[test]
fn a_data_directory_that_cannot_be_written_is_named() {
    let folder = tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    for place in [file.join("data"), "/proc/todo".into()] {
        let (code, line) = failure(&mut command(&sqlite_in(&place)));
        assert_eq!(code, Some(1));
        assert!(line.contains(&place.display().to_string()) && line.contains("DATABASE_URL"), "{line}");
    }
}

#[test]
fn a_postgres_that_does_not_answer_is_named_without_its_password() {
    let (code, line) = failure(&mut command("postgres://ann:hunter22@127.0.0.1:1/todo"));
    assert_eq!(code, Some(1));
    assert!(line.contains("DATABASE_URL") && !line.contains("hunter22"), "{line}");
}

#[test]
fn pending_migrations_stop_a_start_that_may_not_apply_them() {
    let folder = tempdir().unwrap();
    let database = sqlite_in(folder.path());
    let (code, line) = failure(command(&database).args(["serve", "--no-migrate"]));
    assert_eq!(code, Some(1));
    assert!(line.contains("todo-server migrate"), "{line}");

    assert!(command(&database).arg("migrate").status().unwrap().success());
    assert_eq!(
        Server::spawn(command(&database).args(["serve", "--no-migrate"])).client("ann").add("one", ""),
        Some(201)
    );
}

fn several_may_start_together(database: &str) {
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let database = database.to_owned();
            std::thread::spawn(move || Server::start(&database))
        })
        .collect();
    let servers: Vec<_> = starting.into_iter().map(|server| server.join().unwrap()).collect();
    for server in &servers {
        assert_eq!(server.client("ann").add("one", ""), Some(201));
    }
    assert_eq!(servers[0].client("ann").titles().len(), servers.len());
}

#[test]
fn several_servers_may_start_together_on_sqlite() {
    let folder = tempdir().unwrap();
    several_may_start_together(&sqlite_in(&folder.path().join("made/for/it")));
}

#[test]
fn several_servers_may_start_together_on_postgres() {
    let runtime = crate::kill::runtime();
    let database = runtime.block_on(TestDatabase::postgres());
    several_may_start_together(database.url());
}
