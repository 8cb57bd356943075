use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

pub(crate) const SECRET: &str = "q3Jt9vXz7Lk2Pm5Rw8Ys1Ub4Ce6Gh0Nd";

/// Bound of every wait in these tests.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(30);

/// The binary with its own settings and nothing of this process's environment.
pub(crate) fn command(database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_todo-server"));
    configure(&mut command, database);
    command
}

/// Sets the environment and the working directory of a command that runs the binary.
pub(crate) fn configure(command: &mut Command, database: &str) {
    command.env_clear().env("BETTER_AUTH_SECRET", SECRET).env("DATABASE_URL", database).env("PORT", "0");
    command.stdin(Stdio::null()).current_dir(env!("CARGO_TARGET_TMPDIR"));
}

pub(crate) fn sqlite_in(directory: &Path) -> String {
    format!("sqlite://{}/todo.db?mode=rwc", directory.display())
}

pub(crate) fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

/// Polls until the condition holds.
pub(crate) fn wait_until(expectation: &str, mut condition: impl FnMut() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < TIMEOUT, "timed out: {expectation}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A running server that is killed when it is dropped.
pub(crate) struct Server {
    pub(crate) child: Child,
    base: String,
    lines: Arc<Mutex<Vec<String>>>,
    log_reader: Option<thread::JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(database: &str) -> Self {
        Self::spawn(&mut command(database))
    }

    /// Starts the server and waits until it logs its address.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (sender, address) = mpsc::channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        let log_lines = lines.clone();
        let log_reader = thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                if event["message"] == "serving" {
                    let _ = sender.send(event["address"].as_str().unwrap().to_owned());
                }
                log_lines.lock().unwrap().push(line);
            }
        });
        let Ok(address) = address.recv_timeout(TIMEOUT) else {
            let _ = child.kill();
            panic!("the server did not start: {:?}", lines.lock().unwrap());
        };
        Self { child, base: format!("http://{address}"), lines, log_reader: Some(log_reader) }
    }

    pub(crate) fn client(&self, user: &str) -> Client {
        Client { tasks: format!("{}/api/{user}/tasks", self.base), bearer: format!("Bearer {}", token(user)) }
    }

    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn port(&self) -> &str {
        self.base.rsplit_once(':').unwrap().1
    }

    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }

    /// Waits for a log line that contains the text.
    pub(crate) fn wait_for_log(&self, text: &str) {
        wait_until(text, || self.lines.lock().unwrap().iter().any(|line| line.contains(text)));
    }

    /// Waits for the process to exit.
    pub(crate) fn exit_code(&mut self) -> Option<i32> {
        let mut status = None;
        wait_until("the server exits", || {
            status = self.child.try_wait().unwrap();
            status.is_some()
        });
        status.unwrap().code()
    }

    /// Stops the server and returns its complete log.
    pub(crate) fn stop(mut self) -> Vec<String> {
        self.signal("-TERM");
        assert_eq!(self.exit_code(), Some(0));
        self.log_reader.take().unwrap().join().unwrap();
        self.lines.lock().unwrap().clone()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Requests of one user.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) tasks: String,
    pub(crate) bearer: String,
}

impl Client {
    /// Creates a task. Returns the status, or `None` without a response.
    pub(crate) fn create(&self, title: &str, description: &str) -> Option<u16> {
        let task = json!({ "title": title, "description": description });
        let response = agent().post(&self.tasks).header("Authorization", &self.bearer).send_json(task);
        Some(response.ok()?.status().as_u16())
    }

    /// Creates a task with an idempotency key. Returns the status.
    pub(crate) fn create_with_key(&self, title: &str, description: &str, key: &str) -> u16 {
        let task = json!({ "title": title, "description": description });
        let request = agent().post(&self.tasks).header("Authorization", &self.bearer).header("Idempotency-Key", key);
        request.send_json(task).unwrap().status().as_u16()
    }

    /// Gets the first page. Returns the status.
    pub(crate) fn list(&self) -> u16 {
        agent().get(&self.tasks).header("Authorization", &self.bearer).call().unwrap().status().as_u16()
    }

    /// Deletes everything of the user. Returns the status, or `None` without a response.
    pub(crate) fn delete_everything(&self) -> Option<u16> {
        let request = agent().delete(self.tasks.trim_end_matches("/tasks")).header("Authorization", &self.bearer);
        Some(request.call().ok()?.status().as_u16())
    }

    /// Returns the titles of all tasks, from all pages.
    pub(crate) fn titles(&self) -> Vec<String> {
        let (mut titles, mut query) = (Vec::new(), "?limit=200".to_owned());
        loop {
            let url = format!("{}{query}", self.tasks);
            let mut response = agent().get(url).header("Authorization", &self.bearer).call().unwrap();
            assert_eq!(response.status(), 200);
            let page: Vec<Value> = response.body_mut().read_json().unwrap();
            titles.extend(page.iter().map(|task| task["title"].as_str().unwrap().to_owned()));
            let Some(link) = response.headers().get("link") else { return titles };
            query = format!("?{}", link.to_str().unwrap().split(['?', '>']).nth(1).unwrap());
        }
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(TIMEOUT));
    config.build().into()
}

/// Issues a token with the default settings.
pub(crate) fn token(user: &str) -> String {
    token_from(command("sqlite::memory:").args(["token", "--sub", user]))
}

/// Runs a `token` command and returns the token that it prints.
pub(crate) fn token_from(command: &mut Command) -> String {
    let output = run(command);
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs the command to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// Runs the command to its end. Returns exit code and the one line on standard error that is not a log event.
pub(crate) fn run_and_expect_one_error_line(command: &mut Command) -> (Option<i32>, String) {
    let output = run(command);
    let stderr = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = stderr.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(lines.len(), 1, "not one line: {stderr}");
    assert!(!stderr.contains("backtrace") && !stderr.contains(SECRET), "{stderr}");
    (output.status.code(), lines[0].to_owned())
}
