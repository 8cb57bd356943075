use std::{collections::BTreeMap, ffi::OsString, fs, os::unix::ffi::OsStringExt as _};

use auth_core::{SharedSecret, TokenSigner, TokenSubject};
use tempfile::{TempDir, tempdir};

use super::*;

const SECRET: &str = "q3Jt9vXz7Lk2Pm5Rw8Ys1Ub4Ce6Gh0Nd";
const OLD_SECRET: &str = "x7Bn4Kd9Qw2Lr6Tz1Mv8Ys3Hc5Fj0PgA";

/// One key, from RFC 8037 appendix A.2.
const JWK_SET: &str =
    r#"{"keys":[{"kty":"OKP","crv":"Ed25519","kid":"a","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#;

/// An environment; the last value of a name takes precedence.
fn variables(variables: &[(&str, &str)]) -> BTreeMap<OsString, OsString> {
    variables.iter().map(|(name, value)| (name.into(), value.into())).collect()
}

/// Loads a valid secret and these variables, which take precedence over it.
fn load(extra: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    Settings::from_sources(None, variables(&[&[("BETTER_AUTH_SECRET", SECRET)], extra].concat()))
}

/// Loads a valid secret and this file.
fn load_toml(text: &str) -> Result<Settings, SettingsError> {
    let (_directory, path) = file(text);
    Settings::from_sources(Some(path), variables(&[("BETTER_AUTH_SECRET", SECRET)]))
}

fn file(text: &str) -> (TempDir, PathBuf) {
    let directory = tempdir().unwrap();
    let path = directory.path().join("file");
    fs::write(&path, text).unwrap();
    (directory, path)
}

fn message(result: Result<Settings, SettingsError>) -> String {
    let message = result.unwrap_err().to_string();
    assert!(!message.contains('\n'), "more than one line: {message}");
    message
}

/// Each case is a variable, its key, an invalid value, and a part of the message.
fn assert_rejected(cases: &[(&str, &str, &str, &str)]) {
    for (variable, key, value, expected) in cases {
        let message = message(load(&[(variable, value)]));
        assert!(message.starts_with(&format!("setting {key} ({variable}): ")), "{variable}={value}: {message}");
        assert!(message.contains(expected), "{variable}={value}: {message}");
    }
}

fn entry(settings: &Settings, key: &str) -> String {
    let entries = settings.entries().unwrap();
    entries.into_iter().find(|(name, _)| name == key).map(|(_, value)| value).unwrap()
}

#[test]
fn unset_settings_have_the_documented_defaults() {
    let entries = load(&[]).unwrap().entries().unwrap();
    let entries: Vec<_> = entries.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
    assert_eq!(
        entries,
        [
            ("auth.audience", "(not set)"),
            ("auth.issuer", "(not set)"),
            ("auth.jwks_cooldown_seconds", "5"),
            ("auth.jwks_file", "(not set)"),
            ("auth.jwks_max_age_seconds", "600"),
            ("auth.jwks_stale_seconds", "86400"),
            ("auth.jwks_url", "(not set)"),
            ("auth.leeway_seconds", "5"),
            ("auth.revocations_required", "false"),
            ("auth.revocations_url", "(not set)"),
            ("auth.secret", "(set, not shown)"),
            ("auth.secrets", "(not set)"),
            ("database.max_connections", "16"),
            ("database.url", "(set, not shown)"),
            ("http.allowed_origins", "(not set)"),
            ("http.host", "127.0.0.1"),
            ("http.max_connections", "10000"),
            ("http.port", "8000"),
            ("http.requests_per_minute", "(not set)"),
            ("http.trusted_proxies", "(not set)"),
            ("limits.requests_per_minute", "600"),
            ("limits.responses_per_user", "16"),
            ("log.filter", "info"),
            ("log.format", "(not set)"),
        ]
    );
}

#[test]
fn every_setting_is_read_from_its_variable() {
    let (_directory, jwks) = file(JWK_SET);
    let list = format!("2:{SECRET},1:{OLD_SECRET}");
    for (variable, key, value, shown) in [
        ("BETTER_AUTH_SECRET", "auth.secret", OLD_SECRET, "(set, not shown)"),
        ("BETTER_AUTH_SECRETS", "auth.secrets", &list, "(set, not shown)"),
        ("TODO__AUTH__JWKS_URL", "auth.jwks_url", "http://127.0.0.1:1/jwks", "http://127.0.0.1:1/jwks"),
        ("TODO__AUTH__JWKS_FILE", "auth.jwks_file", jwks.to_str().unwrap(), jwks.to_str().unwrap()),
        ("TODO__AUTH__JWKS_COOLDOWN_SECONDS", "auth.jwks_cooldown_seconds", "1", "1"),
        ("TODO__AUTH__JWKS_MAX_AGE_SECONDS", "auth.jwks_max_age_seconds", "86400", "86400"),
        ("TODO__AUTH__JWKS_STALE_SECONDS", "auth.jwks_stale_seconds", "31536000", "31536000"),
        ("TODO__AUTH__ISSUER", "auth.issuer", "https://other.test", "https://other.test"),
        ("TODO__AUTH__AUDIENCE", "auth.audience", "other", "other"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "60", "60"),
        ("TODO__AUTH__REVOCATIONS_URL", "auth.revocations_url", "https://a/revocations", "https://a/revocations"),
        ("DATABASE_URL", "database.url", "postgres://ann:hunter22@db/todo", "(set, not shown)"),
        ("TODO__DATABASE__MAX_CONNECTIONS", "database.max_connections", "1000", "1000"),
        ("HOST", "http.host", "::1", "::1"),
        ("PORT", "http.port", "65535", "65535"),
        ("TODO__HTTP__ALLOWED_ORIGINS", "http.allowed_origins", "https://a, https://b,", "https://a,https://b"),
        ("TODO__LIMITS__REQUESTS_PER_MINUTE", "limits.requests_per_minute", "0", "0"),
        ("TODO__LIMITS__RESPONSES_PER_USER", "limits.responses_per_user", "10000", "10000"),
        ("TODO__HTTP__MAX_CONNECTIONS", "http.max_connections", "1000000", "1000000"),
        ("TODO__HTTP__TRUSTED_PROXIES", "http.trusted_proxies", "::1, 10.0.0.0/8", "::1,10.0.0.0/8"),
        ("RUST_LOG", "log.filter", "warn,todo=debug", "warn,todo=debug"),
        ("TODO__LOG__FORMAT", "log.format", "text", "text"),
    ] {
        let variables =
            [("TODO__AUTH__ISSUER", "https://todo.test"), ("TODO__AUTH__AUDIENCE", "todo"), (variable, value)];
        let settings = load(&variables).unwrap_or_else(|error| panic!("{variable}: {error}"));
        assert_eq!(entry(&settings, key), shown, "{variable}");
        assert_eq!(variable_of(key), variable);
    }
}

#[test]
fn invalid_auth_setting_is_rejected_with_the_fix() {
    let secret = "auth.secret";
    assert_rejected(&[
        ("BETTER_AUTH_SECRET", secret, "", "is missing"),
        ("BETTER_AUTH_SECRET", secret, "", "openssl rand -base64 32"),
        ("BETTER_AUTH_SECRET", secret, "", "TODO__AUTH__JWKS_URL"),
        ("BETTER_AUTH_SECRET", secret, "short", "32 or more"),
        ("BETTER_AUTH_SECRET", secret, "better-auth-secret-12345678901234567890", "openssl rand -base64 32"),
        ("BETTER_AUTH_SECRETS", "auth.secrets", "no versions here, not even one of them", "2:new,1:old"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "61", "from 0 to 60"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "five", "from 0 to 60"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "yes", "from 0 to 60"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "1.5", "from 0 to 60"),
        ("TODO__AUTH__LEEWAY_SECONDS", "auth.leeway_seconds", "-1", "from 0 to 60"),
        ("TODO__AUTH__JWKS_COOLDOWN_SECONDS", "auth.jwks_cooldown_seconds", "0", "from 1 to 31536000"),
        ("TODO__AUTH__JWKS_MAX_AGE_SECONDS", "auth.jwks_max_age_seconds", "31536001", "from 1 to 31536000"),
        ("TODO__AUTH__JWKS_STALE_SECONDS", "auth.jwks_stale_seconds", "5", "TODO__AUTH__JWKS_MAX_AGE_SECONDS"),
        ("TODO__AUTH__JWKS_FILE", "auth.jwks_file", "/nonexistent.json", "/nonexistent.json cannot be read"),
        ("TODO__AUTH__JWKS_URL", "auth.jwks_url", "http://issuer.test/jwks", "https"),
        ("TODO__AUTH__JWKS_URL", "auth.jwks_url", "file:///etc/passwd", "URL"),
        ("TODO__AUTH__REVOCATIONS_URL", "auth.revocations_url", "http://issuer.test/revocations", "https"),
        ("TODO__AUTH__REVOCATIONS_REQUIRED", "auth.revocations_required", "true", "TODO__AUTH__REVOCATIONS_URL"),
        ("TODO__AUTH__REVOCATIONS_REQUIRED", "auth.revocations_required", "yes", "must be true or false"),
        ("TODO__AUTH__REVOCATIONS_REQUIRED", "auth.revocations_required", "1", "must be true or false"),
    ]);
    let required = [
        ("TODO__AUTH__REVOCATIONS_URL", "http://127.0.0.1:1/revocations"),
        ("TODO__AUTH__REVOCATIONS_REQUIRED", "true"),
    ];
    assert_eq!(entry(&load(&required).unwrap(), "auth.revocations_required"), "true");
}

#[test]
fn jwk_set_file_without_a_usable_key_is_rejected() {
    let (_directory, jwks) = file(r#"{"keys":[{"kty":"oct","k":"AAAA"}]}"#);
    assert_rejected(&[("TODO__AUTH__JWKS_FILE", "auth.jwks_file", jwks.to_str().unwrap(), "key")]);
}

#[test]
fn jwk_set_without_issuer_or_audience_is_rejected() {
    let (_directory, jwks) = file(JWK_SET);
    let jwks = [("TODO__AUTH__JWKS_FILE", jwks.to_str().unwrap()), ("TODO__AUTH__JWKS_URL", "http://127.0.0.1:1/jwks")];
    for (jwks, other, missing) in [
        (jwks[0], "AUDIENCE", "setting auth.issuer (TODO__AUTH__ISSUER): is missing"),
        (jwks[0], "ISSUER", "setting auth.audience (TODO__AUTH__AUDIENCE): is missing"),
        (jwks[1], "AUDIENCE", "setting auth.issuer (TODO__AUTH__ISSUER): is missing"),
        (jwks[1], "ISSUER", "setting auth.audience (TODO__AUTH__AUDIENCE): is missing"),
    ] {
        let message = message(load(&[jwks, (&format!("TODO__AUTH__{other}"), "todo")]));
        assert!(message.starts_with(missing) && message.contains("must be set"), "{message}");
    }
}

#[test]
fn jwk_set_replaces_the_required_secret() {
    let (_directory, jwks) = file(JWK_SET);
    let settings = load(&[
        ("BETTER_AUTH_SECRET", ""),
        ("TODO__AUTH__JWKS_FILE", jwks.to_str().unwrap()),
        ("TODO__AUTH__ISSUER", "https://todo.test"),
        ("TODO__AUTH__AUDIENCE", "todo"),
    ]);
    let keys = settings.unwrap().auth.keys().unwrap();
    assert!(keys.shared_secrets.is_none() && keys.remote_jwk_set.is_none());
    assert_eq!(keys.jwk_set.unwrap().len(), 1);
}

#[test]
fn jwk_set_file_is_read_once() {
    let (directory, jwks) = file(JWK_SET);
    let settings = load(&[
        ("BETTER_AUTH_SECRET", ""),
        ("TODO__AUTH__JWKS_FILE", jwks.to_str().unwrap()),
        ("TODO__AUTH__ISSUER", "https://todo.test"),
        ("TODO__AUTH__AUDIENCE", "todo"),
    ]);
    drop(directory);
    assert_eq!(settings.unwrap().auth.keys().unwrap().jwk_set.unwrap().len(), 1);
}

#[test]
fn invalid_database_setting_is_rejected_with_the_fix() {
    assert_rejected(&[
        ("DATABASE_URL", "database.url", "mysql://somewhere", "postgres://"),
        ("DATABASE_URL", "database.url", "sqlite://todo.db?mode=memory", "mode=rwc"),
        ("TODO__DATABASE__MAX_CONNECTIONS", "database.max_connections", "0", "from 1 to 1000"),
        ("TODO__DATABASE__MAX_CONNECTIONS", "database.max_connections", "1001", "from 1 to 1000"),
    ]);
    let message = message(load(&[("DATABASE_URL", "postgres://ann:hunter22@db:port/todo")]));
    assert!(message.contains("DATABASE_URL") && !message.contains("hunter22"), "{message}");
}

#[test]
fn invalid_http_setting_is_rejected_with_the_fix() {
    assert_rejected(&[
        ("PORT", "http.port", "65536", "from 0 to 65535"),
        ("PORT", "http.port", "http", "from 0 to 65535"),
        ("TODO__HTTP__ALLOWED_ORIGINS", "http.allowed_origins", "*", "https://"),
        ("TODO__HTTP__ALLOWED_ORIGINS", "http.allowed_origins", "https://a,https://b/", "https://"),
        ("TODO__HTTP__REQUESTS_PER_MINUTE", "http.requests_per_minute", "0", "from 1 to 1000000"),
        ("TODO__HTTP__REQUESTS_PER_MINUTE", "http.requests_per_minute", "1000001", "from 1 to 1000000"),
        ("TODO__HTTP__MAX_CONNECTIONS", "http.max_connections", "0", "from 1 to 1000000"),
        ("TODO__HTTP__MAX_CONNECTIONS", "http.max_connections", "many", "from 1 to 1000000"),
        ("TODO__HTTP__TRUSTED_PROXIES", "http.trusted_proxies", "proxy.example", "10.0.0.0/8"),
        ("TODO__HTTP__TRUSTED_PROXIES", "http.trusted_proxies", "10.0.0.1,*", "10.0.0.0/8"),
    ]);
}

#[test]
fn invalid_limit_is_rejected_with_the_fix() {
    assert_rejected(&[
        ("TODO__LIMITS__REQUESTS_PER_MINUTE", "limits.requests_per_minute", "-1", "from 0 to 1000000"),
        ("TODO__LIMITS__REQUESTS_PER_MINUTE", "limits.requests_per_minute", "1000001", "from 0 to 1000000"),
        ("TODO__LIMITS__RESPONSES_PER_USER", "limits.responses_per_user", "0", "from 1 to 10000"),
        ("TODO__LIMITS__RESPONSES_PER_USER", "limits.responses_per_user", "10001", "from 1 to 10000"),
    ]);
}

#[test]
fn old_name_of_the_request_limit_is_read() {
    for settings in [
        load(&[("TODO__HTTP__REQUESTS_PER_MINUTE", "7")]).unwrap(),
        load(&[("TODO__HTTP__REQUESTS_PER_MINUTE", "7"), ("TODO__LIMITS__REQUESTS_PER_MINUTE", "")]).unwrap(),
        load_toml("[http]\nrequests_per_minute = 7").unwrap(),
    ] {
        assert_eq!(settings.limits.user_limits().requests_per_minute.unwrap().get(), 7);
        assert_eq!(entry(&settings, "limits.requests_per_minute"), "7");
        assert_eq!(entry(&settings, "http.requests_per_minute"), "(not set)");
    }
    assert_eq!(
        load(&[("TODO__LIMITS__REQUESTS_PER_MINUTE", "0")]).unwrap().limits.user_limits().requests_per_minute,
        None
    );
}

#[test]
fn old_and_new_name_of_the_request_limit_together_are_rejected() {
    let expected = "setting http.requests_per_minute (TODO__HTTP__REQUESTS_PER_MINUTE): is the old name of \
        TODO__LIMITS__REQUESTS_PER_MINUTE, which is set as well: unset this one";
    let environment = [("TODO__HTTP__REQUESTS_PER_MINUTE", "7"), ("TODO__LIMITS__REQUESTS_PER_MINUTE", "7")];
    assert_eq!(message(load(&environment)), expected);
    assert_eq!(message(load_toml("[http]\nrequests_per_minute = 7\n[limits]\nrequests_per_minute = 7")), expected);
}

#[test]
fn invalid_log_setting_is_rejected_with_the_fix() {
    assert_rejected(&[
        ("RUST_LOG", "log.filter", "a=b=c", "level filter"),
        ("TODO__LOG__FORMAT", "log.format", "xml", "must be text or json"),
        ("TODO__LOG__FORMAT", "log.format", "JSON", "must be text or json"),
    ]);
}

#[test]
fn empty_variable_counts_as_not_set() {
    for variable in ["PORT", "HOST", "RUST_LOG", "DATABASE_URL", "TODO__LOG__FORMAT", "BETTER_AUTH_SECRET_FILE"] {
        assert_eq!(load(&[(variable, "")]).unwrap().entries().unwrap(), load(&[]).unwrap().entries().unwrap());
    }
}

#[test]
fn unknown_variable_with_the_prefix_is_rejected_and_named() {
    // The last four would be other names of settings with an established variable.
    for name in [
        "TODO__AUTH__LEEWAY",
        "TODO__NAME",
        "TODO__AUTH",
        "TODO__",
        "TODO__AUTH__issuer",
        "TODO__AUTH__SECRET",
        "TODO__HTTP__PORT",
        "TODO__DATABASE__URL",
        "TODO__LOG__FILTER",
    ] {
        for value in ["5", ""] {
            let message = message(load(&[(name, value)]));
            assert!(message.starts_with(&format!("{name} is an unknown variable: unset it")), "{message}");
        }
    }
    assert!(load(&[("TODO", "x"), ("TODO_", "x"), ("todo__auth__leeway", "x"), ("PATH", "x")]).is_ok());
}

#[test]
fn variable_that_is_not_utf_8_is_rejected_only_if_it_is_a_setting() {
    let invalid = OsString::from_vec(vec![b'x', 0xff]);
    for (name, key) in
        [("BETTER_AUTH_SECRET", "auth.secret"), ("BETTER_AUTH_SECRET_FILE", "auth.secret"), ("HOST", "http.host")]
    {
        let message = message(Settings::from_sources(None, [(name.into(), invalid.clone())]));
        assert!(
            message.starts_with(&format!("setting {key} ({}): {name} must be UTF-8", variable_of(key))),
            "{message}"
        );
    }
    let with_secret = |name: OsString| [("BETTER_AUTH_SECRET".into(), SECRET.into()), (name, invalid.clone())];
    assert!(Settings::from_sources(None, with_secret("PATH".into())).is_ok());
    let name = OsString::from_vec(b"TODO__\xff".to_vec());
    assert!(message(Settings::from_sources(None, with_secret(name))).contains("is an unknown variable"));
}

#[test]
fn environment_takes_precedence_over_the_file_and_the_file_over_defaults() {
    let (_directory, path) =
        file("[http]\nport = 1234\nhost = \"0.0.0.0\"\n[auth]\nleeway_seconds = 7\nissuer = \"a\"\n");
    let environment = variables(&[("BETTER_AUTH_SECRET", SECRET), ("PORT", "0"), ("TODO__AUTH__ISSUER", "b")]);
    let settings = Settings::from_sources(Some(path), environment).unwrap();
    assert_eq!((settings.http.port, settings.http.host.as_str()), (0, "0.0.0.0"));
    assert_eq!((settings.auth.leeway_seconds, settings.auth.issuer.as_deref()), (7, Some("b")));
    assert_eq!(settings.database.max_connections, 16);
}

#[test]
fn invalid_file_is_rejected_with_key_and_path() {
    for (text, expected) in [
        ("[auth]\nisuer = \"x\"", "has the unknown key auth.isuer: remove it or correct its name"),
        ("[server]\nport = 1", "has the unknown key server.port: remove it or correct its name"),
        ("port = 1", "has the key port outside a section: write [http]"),
        ("auth = \"x\"", "has the key auth outside a section: "),
        ("nonsense", "is not valid TOML: TOML parse error at line 1, column 9"),
    ] {
        let message = message(load_toml(text));
        assert!(message.contains(&format!("file {expected}")), "{message}");
    }
    for (text, expected) in [
        ("[http]\nport = \"x\"", "setting http.port (PORT): must be a whole number from 0 to 65535"),
        ("[http]\nport = 80.5", "setting http.port (PORT): must be a whole number from 0 to 65535"),
        ("[http]\nport = true", "setting http.port (PORT): must be a whole number from 0 to 65535"),
        ("[http]\nport = [1]", "setting http.port (PORT): must be one value, not a table or a list"),
        ("[auth]\nissuer = [\"x\"]", "setting auth.issuer (TODO__AUTH__ISSUER): must be one value"),
        ("[auth.issuer]\nx = 1", "setting auth.issuer (TODO__AUTH__ISSUER): must be one value"),
        (
            "[http]\nallowed_origins = [\"https://a\"]",
            "setting http.allowed_origins (TODO__HTTP__ALLOWED_ORIGINS): must",
        ),
        ("[log]\nformat = { json = 1 }", "setting log.format (TODO__LOG__FORMAT): must be one value"),
    ] {
        let message = message(load_toml(text));
        assert!(message.starts_with(expected), "{message}");
    }
    assert!(message(load_toml("[server]")).contains("unknown field `server`"));
}

#[test]
fn empty_value_in_the_file_counts_as_not_set() {
    let settings =
        load_toml("[auth]\nissuer = \"\"\njwks_url = \"\"\nsecrets = \"\"\n[http]\nport = \"\"\nhost = \"\"");
    assert_eq!(settings.unwrap().entries().unwrap(), load(&[]).unwrap().entries().unwrap());
}

#[test]
fn named_file_must_exist_and_be_utf_8() {
    let missing = Settings::from_sources(Some("/nonexistent/todo.toml".into()), variables(&[]));
    assert!(message(missing).starts_with("/nonexistent/todo.toml cannot be read: "));
    let (_directory, path) = file("");
    fs::write(&path, b"\xff").unwrap();
    assert!(message(Settings::from_sources(Some(path), variables(&[]))).contains("cannot be read: "));
}

#[test]
fn secret_in_an_invalid_place_is_never_in_the_message() {
    let quoted = format!("\"{SECRET}\"");
    for text in [
        format!("auth = {quoted}"),
        format!("[auth]\nsecret = \"{SECRET}"),
        format!("[auth]\nsecret = {SECRET}"),
        format!("[auth]\nsecret = [{quoted}]"),
        format!("[auth]\nsecret = {{ value = {quoted} }}"),
        format!("[auth]\nleeway_seconds = {quoted}"),
        format!("[log]\nformat = {quoted}"),
    ] {
        let (_directory, path) = file(&text);
        let message = message(Settings::from_sources(Some(path), variables(&[])));
        assert!(!message.contains("q3Jt") && !message.contains("0Nd"), "{message}");
    }
}

#[tokio::test]
async fn secret_of_digits_is_not_converted_to_a_number() {
    let digits = "00012345678905318427690253718460";
    let settings = load(&[("BETTER_AUTH_SECRET", digits)]).unwrap();
    let verifier = settings.auth.verifier(settings.auth.keys().unwrap()).unwrap();
    let secret = SharedSecret::parse(digits).unwrap();
    let token = TokenSigner::new(&secret).sign(&TokenSubject::new("ann")).unwrap();
    assert_eq!(verifier.verify(&token).await.unwrap().user_id(), "ann");
}

#[test]
fn secret_is_read_from_a_file_without_its_line_end() {
    let (_directory, path) = file(&format!("{SECRET}\r\n"));
    let path = path.to_str().unwrap();
    let settings = load(&[("BETTER_AUTH_SECRET", ""), ("BETTER_AUTH_SECRET_FILE", path)]).unwrap();
    assert!(settings.auth.keys().unwrap().shared_secrets.is_some());

    let (_directory, path) = file("sqlite::memory:\n");
    let settings = load(&[("DATABASE_URL_FILE", path.to_str().unwrap())]).unwrap();
    assert_eq!(settings.database.url().unwrap().to_string(), "sqlite::memory:");

    let (_directory, path) = file(&format!("2:{SECRET},1:{OLD_SECRET}\n"));
    let settings = load(&[("BETTER_AUTH_SECRETS_FILE", path.to_str().unwrap())]).unwrap();
    assert_eq!(entry(&settings, "auth.secrets"), "(set, not shown)");
}

#[test]
fn secret_file_takes_precedence_over_the_settings_file() {
    let (_directory, settings) = file("[database]\nurl = \"postgres://db/todo\"");
    let (_directory, secret) = file("sqlite::memory:\n");
    let environment = variables(&[("BETTER_AUTH_SECRET", SECRET), ("DATABASE_URL_FILE", secret.to_str().unwrap())]);
    let settings = Settings::from_sources(Some(settings), environment).unwrap();
    assert_eq!(settings.database.url().unwrap().to_string(), "sqlite::memory:");
}

#[test]
fn unusable_secret_file_is_rejected_with_variable_and_reason() {
    let (directory, empty) = file(" \n");
    for (path, expected) in [
        ("/nonexistent", "the file named by BETTER_AUTH_SECRET_FILE cannot be read: No such file"),
        (
            directory.path().to_str().unwrap(),
            "the file named by BETTER_AUTH_SECRET_FILE cannot be read: Is a directory",
        ),
        (empty.to_str().unwrap(), "the file named by BETTER_AUTH_SECRET_FILE is empty"),
    ] {
        let message = message(load(&[("BETTER_AUTH_SECRET", ""), ("BETTER_AUTH_SECRET_FILE", path)]));
        assert!(message.starts_with(&format!("setting auth.secret (BETTER_AUTH_SECRET): {expected}")), "{message}");
    }
    let (_directory, path) = file(SECRET);
    let message = message(load(&[("BETTER_AUTH_SECRET_FILE", path.to_str().unwrap())]));
    assert!(message.ends_with("BETTER_AUTH_SECRET_FILE is set as well: unset one of them"), "{message}");
    // Only a secret can come from a file.
    assert!(load(&[("HOST_FILE", "/nonexistent")]).is_ok());
}

#[test]
fn debug_output_and_entries_contain_no_secret() {
    let list = format!("2:{SECRET},1:{OLD_SECRET}");
    let url = "postgres://ann:hunter22@db/todo";
    let settings = load(&[("BETTER_AUTH_SECRETS", &list), ("DATABASE_URL", url)]).unwrap();
    let output = format!("{settings:?} {settings:#?} {:?}", settings.entries().unwrap());
    for secret in [SECRET, OLD_SECRET, "hunter22"] {
        assert!(!output.contains(secret), "{output}");
    }
}
