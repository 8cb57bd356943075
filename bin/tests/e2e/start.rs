use std::{fs, net::TcpListener, process::Command};

use serde_json::Value;
use tempfile::tempdir;
use todo_store::test_util::TestDatabase;

use crate::support::{SECRET, Server, command, configure, run_and_expect_one_error_line, runtime, sqlite_in};

#[test]
fn invalid_setting_stops_the_start_with_exit_code_2_and_one_line() {
    for (variable, value, key, fix) in [
        ("BETTER_AUTH_SECRET", "", "auth.secret", "openssl rand -base64 32"),
        ("PORT", "65536", "http.port", "from 0 to 65535"),
        ("TODO__AUTH__JWKS_FILE", "/nonexistent.json", "auth.jwks_file", "cannot be read"),
    ] {
        for arguments in [&[][..], &["serve"], &["check-config"], &["doctor"], &["token", "--sub", "ann"]] {
            let (code, line) =
                run_and_expect_one_error_line(command("sqlite::memory:").args(arguments).env(variable, value));
            assert_eq!(code, Some(2), "{variable}={value}: {line}");
            assert!(line.starts_with(&format!("todo-server: setting {key} ({variable}): ")), "{line}");
            assert!(line.contains(fix), "{line}");
        }
    }
}

#[test]
fn invalid_settings_file_stops_the_start_with_exit_code_2_and_one_line() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("todo.toml");
    fs::write(&file, "[auth]\nisuer = \"x\"").unwrap();
    for named in [true, false] {
        let mut command = command("sqlite::memory:");
        if named {
            command.arg("--config").arg(&file);
        } else {
            command.current_dir(&directory);
        }
        let (code, line) = run_and_expect_one_error_line(&mut command);
        assert_eq!(code, Some(2), "{line}");
        assert!(line.contains("todo.toml has the unknown key auth.isuer: remove it"), "{line}");
    }
}

#[test]
fn environment_takes_precedence_over_the_file_in_check_config() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("todo.toml");
    fs::write(&file, "[http]\nport = 1234\nhost = \"0.0.0.0\"\n[auth]\nleeway_seconds = 7\n").unwrap();
    let output = command("sqlite::memory:").args(["check-config", "--config"]).arg(&file).output().unwrap();
    let stdout = String::from_utf8(output.stdout).unwrap();
    let line = |key: &str| {
        let line = stdout.lines().find(|line| line.starts_with(&format!("{key} "))).unwrap();
        line.split_whitespace().skip(1).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(line("http.port"), "PORT 0");
    assert_eq!(line("http.host"), "HOST 0.0.0.0");
    assert_eq!(line("auth.leeway_seconds"), "TODO__AUTH__LEEWAY_SECONDS 7");
    assert_eq!(line("auth.secret"), "BETTER_AUTH_SECRET (set, not shown)");
    assert_eq!(line("auth.issuer"), "TODO__AUTH__ISSUER (not set)");
    assert_eq!(stdout.lines().count(), 24);
    assert!(!stdout.contains(SECRET));
}

#[test]
fn secret_from_a_file_verifies_tokens() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("secret");
    fs::write(&file, format!("{SECRET}\n")).unwrap();
    let mut from_file = command("sqlite::memory:");
    let server = Server::spawn(from_file.env_remove("BETTER_AUTH_SECRET").env("BETTER_AUTH_SECRET_FILE", &file));
    assert_eq!(server.client("ann").create("one", ""), Some(201));
}

#[test]
fn port_in_use_is_named() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port().to_string();
    let (code, line) = run_and_expect_one_error_line(command("sqlite::memory:").env("PORT", &port));
    assert_eq!(code, Some(1));
    assert!(line.contains("is in use") && line.contains(&port) && line.contains("PORT"), "{line}");
}

#[test]
fn data_directory_that_is_not_writable_is_named() {
    let directory = tempdir().unwrap();
    let file = directory.path().join("file");
    fs::write(&file, "").unwrap();
    for path in [file.join("data"), "/proc/todo".into()] {
        let (code, line) = run_and_expect_one_error_line(&mut command(&sqlite_in(&path)));
        assert_eq!(code, Some(1));
        assert!(line.contains(&path.display().to_string()) && line.contains("DATABASE_URL"), "{line}");
    }
}

#[test]
fn unreachable_postgres_is_named_without_its_password() {
    let (code, line) = run_and_expect_one_error_line(&mut command("postgres://ann:hunter22@127.0.0.1:1/todo"));
    assert_eq!(code, Some(1));
    assert!(line.contains("DATABASE_URL") && line.contains("127.0.0.1:1"), "{line}");
    assert!(!line.contains("hunter22"), "{line}");
}

#[test]
fn no_migrate_stops_the_start_if_a_migration_is_pending() {
    let directory = tempdir().unwrap();
    let database = sqlite_in(directory.path());
    let (code, line) = run_and_expect_one_error_line(command(&database).args(["serve", "--no-migrate"]));
    assert_eq!(code, Some(1));
    assert!(line.contains("todo-server migrate"), "{line}");

    assert!(command(&database).arg("migrate").status().unwrap().success());
    let server = Server::spawn(command(&database).args(["serve", "--no-migrate"]));
    assert_eq!(server.client("ann").create("one", ""), Some(201));
}

fn servers_start_concurrently(database: &str) {
    let starting: Vec<_> = (0..4)
        .map(|_| {
            let database = database.to_owned();
            std::thread::spawn(move || Server::start(&database))
        })
        .collect();
    let servers: Vec<_> = starting.into_iter().map(|server| server.join().unwrap()).collect();
    for server in &servers {
        assert_eq!(server.client("ann").create("one", ""), Some(201));
    }
    assert_eq!(servers[0].client("ann").titles().len(), servers.len());
}

#[test]
fn servers_start_concurrently_on_sqlite() {
    let directory = tempdir().unwrap();
    servers_start_concurrently(&sqlite_in(&directory.path().join("several/new/directories")));
}

#[test]
fn servers_start_concurrently_on_postgres() {
    let runtime = runtime();
    let database = runtime.block_on(TestDatabase::postgres());
    servers_start_concurrently(database.url());
}

/// The server with another limit of open files.
fn command_with_ulimit(option: &str) -> Command {
    let mut command = Command::new("/bin/sh");
    configure(&mut command, "sqlite::memory:");
    command.args(["-c", &format!("ulimit {option} 256; exec \"$0\""), env!("CARGO_BIN_EXE_todo-server")]);
    command
}

#[cfg(target_os = "linux")]
#[test]
fn soft_limit_of_open_files_is_raised_to_what_the_connections_need() {
    let server = Server::spawn(command_with_ulimit("-Sn").env("TODO__HTTP__MAX_CONNECTIONS", "500"));
    let limits = fs::read_to_string(format!("/proc/{}/limits", server.child.id())).unwrap();
    let soft_limit = limits.lines().find_map(|line| line.strip_prefix("Max open files"));
    // 500 connections, 16 of the database with 3 files each, 100 others.
    assert_eq!(soft_limit.unwrap().split_whitespace().next(), Some("648"));
    assert!(!server.stop().iter().any(|line| line.contains("open files")));
}

#[test]
fn hard_limit_of_open_files_that_is_too_low_is_a_warning() {
    let server = Server::spawn(&mut command_with_ulimit("-n"));
    let log = server.stop();
    let warning: Value = log.iter().find(|line| line.contains("open files")).unwrap().parse().unwrap();
    assert_eq!(
        (&warning["level"], &warning["available"], &warning["required"]),
        (&"WARN".into(), &256.into(), &10_148.into())
    );
    assert!(warning["message"].as_str().unwrap().contains("TODO__HTTP__MAX_CONNECTIONS"));
}
