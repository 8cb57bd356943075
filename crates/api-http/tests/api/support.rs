use std::{future::Future, pin::Pin};

use actix_web::{
    dev::Service as _,
    http::{StatusCode, header::HeaderMap},
    test::{self, TestRequest},
    web::Bytes,
};
use api_http::{Api, Gate, RateLimit, app};
use auth_core::test_util;
use serde_json::Value;
use todo_store::test_util::TestDatabase;

type Answering = Pin<Box<dyn Future<Output = Answer>>>;

/// An API of its own in front of a database of its own.
pub(crate) struct TestApi {
    call: Box<dyn Fn(TestRequest) -> Answering>,
    _database: TestDatabase,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) async fn api() -> TestApi {
    TestApi::start(TestDatabase::sqlite(), None, &[]).await
}

impl TestApi {
    pub(crate) async fn start(database: TestDatabase, limit: Option<RateLimit>, origins: &[&str]) -> Self {
        let gate = Gate::new(test_util::verifier(), database.store().await, limit);
        let origins = origins.iter().map(|origin| origin.parse().unwrap()).collect();
        let service = std::rc::Rc::new(test::init_service(app(&Api { gate, origins })).await);
        let call = move |request: TestRequest| {
            let service = service.clone();
            let answer = async move {
                let response = service.call(request.to_request()).await.unwrap();
                let (status, headers) = (response.status(), response.headers().clone());
                Answer { status, headers, body: test::read_body(response).await }
            };
            Box::pin(answer) as Answering
        };
        Self { call: Box::new(call), _database: database }
    }

    /// As it is: without a token unless it has one.
    pub(crate) async fn send(&self, request: TestRequest) -> Answer {
        self.send_as_is(request.insert_header(("Host", "todo.test"))).await
    }

    /// Without even a `Host`.
    pub(crate) async fn send_as_is(&self, request: TestRequest) -> Answer {
        (self.call)(request).await
    }

    pub(crate) async fn send_as(&self, user: &str, request: TestRequest) -> Answer {
        self.send(request.insert_header(bearer(user))).await
    }

    pub(crate) async fn get(&self, user: &str, path: &str) -> Answer {
        self.send_as(user, TestRequest::get().uri(path)).await
    }

    /// Adds a task and gives its id.
    pub(crate) async fn add(&self, user: &str, title: &str) -> i64 {
        let request = TestRequest::post().uri(&format!("/api/{user}/tasks"));
        let answer = self.send_as(user, request.set_json(serde_json::json!({ "title": title }))).await;
        assert_eq!(answer.status, StatusCode::CREATED);
        answer.json()["id"].as_i64().unwrap()
    }
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// The status and, for an error, its code, after a look at the form that every error has.
    pub(crate) fn problem(&self) -> (u16, String) {
        let problem = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], self.status.as_u16());
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        (self.status.as_u16(), code)
    }

    /// The field and code of each fault.
    pub(crate) fn faults(&self) -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        self.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|fault| (text(&fault["field"]), text(&fault["code"])))
            .collect()
    }
}

pub(crate) fn bearer(user: &str) -> (&'static str, String) {
    ("Authorization", format!("Bearer {}", test_util::access_token(user)))
}
