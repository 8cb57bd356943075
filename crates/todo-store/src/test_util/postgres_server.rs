use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, Command, Stdio},
    sync::OnceLock,
};

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scripts/with-postgres");

/// Returns the URL of the test server.
pub(super) fn url() -> &'static str {
    static SERVER: OnceLock<TestServer> = OnceLock::new();
    &SERVER.get_or_init(TestServer::find_or_start).url
}

struct TestServer {
    url: String,
    /// The server runs until the script's standard input is closed, which happens when this process ends.
    _script: Option<Child>,
}

impl TestServer {
    fn find_or_start() -> Self {
        match env::var("TEST_DATABASE_URL") {
            Ok(url) if !url.is_empty() => Self { url, _script: None },
            _ => Self::start(),
        }
    }

    fn start() -> Self {
        let mut command = Command::new(SCRIPT);
        command.stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut script = command.spawn().unwrap_or_else(|error| panic!("cannot run {SCRIPT}: {error}"));
        let mut url = String::new();
        if let Some(output) = script.stdout.take() {
            BufReader::new(output).read_line(&mut url).expect("the script's output");
        }
        let url = url.trim_end().to_owned();
        assert!(
            !url.is_empty(),
            "no PostgreSQL for the tests; the script above says why. \
            Install it (apt-get install postgresql), or set TEST_DATABASE_URL"
        );
        Self { url, _script: Some(script) }
    }
}
