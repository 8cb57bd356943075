use super::*;

fn url(text: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    text.parse()
}

#[test]
fn the_documented_forms_are_read() {
    for (text, shown) in [
        ("sqlite://data/todo.db?mode=rwc", "sqlite://data/todo.db"),
        ("sqlite:///var/lib/todo%20s.db", "sqlite:///var/lib/todo s.db"),
        ("sqlite:todo.db", "sqlite://todo.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("sqlite://:memory:", "sqlite::memory:"),
        ("postgres://ann@db:6432/todo", "postgres://ann@db:6432/todo"),
        ("postgresql://ann@db/todo?sslmode=require", "postgres://ann@db:5432/todo"),
    ] {
        assert_eq!(url(text).unwrap().to_string(), shown);
    }
}

#[test]
fn what_is_refused_names_the_mend() {
    for text in ["", "todo.db", "mysql://a/b", "SQLITE://a", "postgres:a"] {
        assert_eq!(url(text).unwrap_err(), DatabaseUrlError::Scheme, "{text}");
    }
    for text in ["sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
        assert_eq!(url(text).unwrap_err(), DatabaseUrlError::NoFile, "{text}");
    }
    for text in ["sqlite://a?mode=ro", "sqlite://a?cache=shared", "sqlite://a?mode=rwc&vfs=x", "sqlite://a?"] {
        assert_eq!(url(text).unwrap_err(), DatabaseUrlError::Parameter, "{text}");
    }
    assert!(matches!(url("postgres://ann:pa/ss@db:x/todo"), Err(DatabaseUrlError::Malformed(_))));
}

#[test]
fn a_password_is_never_shown() {
    for text in [
        "postgres://ann:hunter2@db/todo",
        "postgres://ann@db/todo?password=hunter2",
        "postgres://ann:hunter2@db/todo?sslmode=hunter",
        "postgres://ann:hunter2@db:99999/todo",
        "postgres://ann:hunter2@[db/todo",
    ] {
        let shown = format!("{:?} {:#?}", url(text), url(text).map(|url| url.to_string()));
        assert!(!shown.contains("hunter2"), "{shown}");
    }
}

#[test]
fn a_missing_directory_is_made_for_this_user_only() {
    let home = std::env::temp_dir().join(format!("todo-store-{}", std::process::id()));
    let file = home.join("a/b/todo.db");
    url(&format!("sqlite://{}", file.display())).unwrap().create_directory().unwrap();
    assert!(home.join("a/b").is_dir());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(home.join("a/b")).unwrap().permissions().mode() & 0o777, 0o700);
    }
    fs::write(home.join("file"), "").unwrap();
    let blocked = url(&format!("sqlite://{}", home.join("file/b/todo.db").display())).unwrap();
    assert!(matches!(blocked.create_directory(), Err(OpenError::Directory { .. })));
    fs::remove_dir_all(home).unwrap();
}

#[test]
fn what_has_no_directory_of_its_own_makes_none() {
    for text in ["sqlite://todo.db", "sqlite::memory:", "postgres://ann@db/todo"] {
        url(text).unwrap().create_directory().unwrap();
    }
}
