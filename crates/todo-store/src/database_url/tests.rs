use super::*;

fn parse(text: &str) -> Result<DatabaseUrl, DatabaseUrlError> {
    text.parse()
}

#[test]
fn documented_forms_are_accepted() {
    for (text, output) in [
        ("sqlite://data/todo.db?mode=rwc", "sqlite://data/todo.db"),
        ("sqlite:///var/lib/todo%20s.db", "sqlite:///var/lib/todo s.db"),
        ("sqlite:todo.db", "sqlite://todo.db"),
        ("sqlite::memory:", "sqlite::memory:"),
        ("sqlite://:memory:", "sqlite::memory:"),
        ("postgres://ann@db:6432/todo", "postgres://ann@db:6432/todo"),
        ("postgresql://ann@db/todo?sslmode=require", "postgres://ann@db:5432/todo"),
    ] {
        assert_eq!(parse(text).unwrap().to_string(), output);
    }
}

#[test]
fn invalid_url_is_rejected_with_its_rule() {
    for text in ["", "todo.db", "mysql://a/b", "SQLITE://a", "postgres:a"] {
        assert_eq!(parse(text).unwrap_err(), DatabaseUrlError::Scheme, "{text}");
    }
    for text in ["sqlite:", "sqlite://", "sqlite://?mode=rwc"] {
        assert_eq!(parse(text).unwrap_err(), DatabaseUrlError::NoFile, "{text}");
    }
    for text in ["sqlite://a?mode=ro", "sqlite://a?cache=shared", "sqlite://a?mode=rwc&vfs=x", "sqlite://a?"] {
        assert_eq!(parse(text).unwrap_err(), DatabaseUrlError::Parameter, "{text}");
    }
    assert!(matches!(parse("postgres://ann:pa/ss@db:x/todo"), Err(DatabaseUrlError::Malformed(_))));
}

#[test]
fn password_is_not_in_display_or_debug() {
    for text in [
        "postgres://ann:hunter2@db/todo",
        "postgres://ann@db/todo?password=hunter2",
        "postgres://ann:hunter2@db/todo?sslmode=hunter",
        "postgres://ann:hunter2@db:99999/todo",
        "postgres://ann:hunter2@[db/todo",
    ] {
        let output = format!("{:?} {:#?}", parse(text), parse(text).map(|url| url.to_string()));
        assert!(!output.contains("hunter2"), "{output}");
    }
}

#[test]
fn missing_directory_is_created_with_mode_0700() {
    let root = std::env::temp_dir().join(format!("todo-store-{}", std::process::id()));
    let file = root.join("a/b/todo.db");
    parse(&format!("sqlite://{}", file.display())).unwrap().create_directory().unwrap();
    assert!(root.join("a/b").is_dir());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(fs::metadata(root.join("a/b")).unwrap().permissions().mode() & 0o777, 0o700);
    }
    fs::write(root.join("file"), "").unwrap();
    let blocked = parse(&format!("sqlite://{}", root.join("file/b/todo.db").display())).unwrap();
    assert!(matches!(blocked.create_directory(), Err(OpenError::Directory { .. })));
    fs::remove_dir_all(root).unwrap();
}

#[test]
fn url_without_directory_creates_none() {
    for text in ["sqlite://todo.db", "sqlite::memory:", "postgres://ann@db/todo"] {
        parse(text).unwrap().create_directory().unwrap();
    }
}
