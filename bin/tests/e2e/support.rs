use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

pub(crate) const SECRET: &str = "q3Jt9vXz7Lk2Pm5Rw8Ys1Ub4Ce6Gh0Nd";

/// How long anything here may take before the test gives up.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The binary with settings of its own and nothing of this process's environment.
pub(crate) fn command(database: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_todo-server"));
    command.env_clear().env("BETTER_AUTH_SECRET", SECRET).env("DATABASE_URL", database).env("PORT", "0");
    command.stdin(Stdio::null()).current_dir(env!("CARGO_TARGET_TMPDIR"));
    command
}

pub(crate) fn sqlite_in(folder: &Path) -> String {
    format!("sqlite://{}/todo.db?mode=rwc", folder.display())
}

/// A running server that is killed when the test is done with it.
pub(crate) struct Server {
    pub(crate) child: Child,
    base: String,
    lines: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub(crate) fn start(database: &str) -> Self {
        Self::spawn(&mut command(database))
    }

    /// Starts it and waits until it says where it serves.
    pub(crate) fn spawn(command: &mut Command) -> Self {
        let mut child = command.stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (serving, address) = mpsc::channel();
        let log = BufReader::new(child.stderr.take().unwrap());
        let kept = lines.clone();
        thread::spawn(move || {
            for line in log.lines().map_while(Result::ok) {
                let event: Value = serde_json::from_str(&line).unwrap_or_default();
                if event["message"] == "serving" {
                    let _ = serving.send(event["address"].as_str().unwrap().to_owned());
                }
                kept.lock().unwrap().push(line);
            }
        });
        let Ok(address) = address.recv_timeout(PATIENCE) else {
            let _ = child.kill();
            panic!("the server did not start: {:?}", lines.lock().unwrap());
        };
        Self { child, base: format!("http://{address}"), lines }
    }

    pub(crate) fn client(&self, user: &str) -> Client {
        Client { tasks: format!("{}/api/{user}/tasks", self.base), bearer: format!("Bearer {}", token(user)) }
    }

    pub(crate) fn address(&self) -> &str {
        self.base.trim_start_matches("http://")
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.lines.lock().unwrap().clone()
    }

    pub(crate) fn signal(&self, name: &str) {
        assert!(Command::new("kill").args([name, &self.child.id().to_string()]).status().unwrap().success());
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// One user's calls.
#[derive(Clone)]
pub(crate) struct Client {
    tasks: String,
    pub(crate) bearer: String,
}

impl Client {
    /// Adds a task: the status, or nothing when no answer came.
    pub(crate) fn add(&self, title: &str, description: &str) -> Option<u16> {
        let new = json!({ "title": title, "description": description });
        let answer = agent().post(&self.tasks).header("Authorization", &self.bearer).send_json(new);
        Some(answer.ok()?.status().as_u16())
    }

    /// The titles of all tasks, page by page.
    pub(crate) fn titles(&self) -> Vec<String> {
        let (mut titles, mut query) = (Vec::new(), "?limit=200".to_owned());
        loop {
            let address = format!("{}{query}", self.tasks);
            let mut answer = agent().get(address).header("Authorization", &self.bearer).call().unwrap();
            assert_eq!(answer.status(), 200);
            let page: Vec<Value> = answer.body_mut().read_json().unwrap();
            titles.extend(page.iter().map(|task| task["title"].as_str().unwrap().to_owned()));
            let Some(link) = answer.headers().get("link") else { return titles };
            query = format!("?{}", link.to_str().unwrap().split(['?', '>']).nth(1).unwrap());
        }
    }
}

fn agent() -> ureq::Agent {
    let config = ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE));
    config.build().into()
}

pub(crate) fn token(user: &str) -> String {
    let output = run(command("sqlite::memory:").args(["token", "--sub", user]));
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// Runs it to its end.
pub(crate) fn run(command: &mut Command) -> Output {
    command.output().unwrap()
}

/// What it said as it failed: exit code and the one line on standard error.
pub(crate) fn failure(command: &mut Command) -> (Option<i32>, String) {
    let output = run(command);
    let said = String::from_utf8(output.stderr).unwrap();
    let lines: Vec<&str> = said.lines().filter(|line| !line.starts_with('{')).collect();
    assert_eq!(lines.len(), 1, "not one line: {said}");
    assert!(!said.contains("backtrace") && !said.contains(SECRET), "{said}");
    (output.status.code(), lines[0].to_owned())
}
