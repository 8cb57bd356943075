use std::{future::Future, num::NonZeroU32, pin::Pin, rc::Rc};

use actix_web::{
    dev::Service as _,
    http::{StatusCode, header::HeaderMap},
    test::{self, TestRequest},
    web::Bytes,
};
use api_http::{ApiConfig, Authorizer, UserLimits, app};
use auth_core::test_util;
use serde_json::Value;
use todo_store::test_util::TestDatabase;

pub(crate) const NO_RATE_LIMIT: UserLimits =
    UserLimits { requests_per_minute: None, unfinished_responses: NonZeroU32::new(16).unwrap() };

type ResponseFuture = Pin<Box<dyn Future<Output = TestResponse>>>;

/// The application with a database of its own.
pub(crate) struct TestApp {
    call: Box<dyn Fn(TestRequest) -> ResponseFuture>,
    _database: TestDatabase,
}

pub(crate) struct TestResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl TestApp {
    /// On SQLite, without a rate limit and without CORS.
    pub(crate) async fn new() -> Self {
        Self::start(TestDatabase::sqlite(), NO_RATE_LIMIT, &[]).await
    }

    pub(crate) async fn start(database: TestDatabase, limits: UserLimits, origins: &[&str]) -> Self {
        let config = config(&database, limits, origins).await;
        Self::with_config(database, config).await
    }

    pub(crate) async fn with_config(database: TestDatabase, config: ApiConfig) -> Self {
        let service = Rc::new(test::init_service(app(&config)).await);
        let call = move |request: TestRequest| {
            let service = service.clone();
            let response = async move {
                let response = service.call(request.to_request()).await.unwrap();
                let (status, headers) = (response.status(), response.headers().clone());
                TestResponse { status, headers, body: test::read_body(response).await }
            };
            Box::pin(response) as ResponseFuture
        };
        Self { call: Box::new(call), _database: database }
    }

    /// Sends a request with a `Host`, and without a token unless it has one.
    pub(crate) async fn send(&self, request: TestRequest) -> TestResponse {
        self.send_unchanged(request.insert_header(("Host", "todo.test"))).await
    }

    pub(crate) async fn send_unchanged(&self, request: TestRequest) -> TestResponse {
        (self.call)(request).await
    }

    pub(crate) async fn send_as(&self, user: &str, request: TestRequest) -> TestResponse {
        self.send(request.insert_header(bearer(user))).await
    }

    pub(crate) async fn get(&self, user: &str, path: &str) -> TestResponse {
        self.send_as(user, TestRequest::get().uri(path)).await
    }

    /// Creates a task and returns its id.
    pub(crate) async fn create_task(&self, user: &str, title: &str) -> i64 {
        let request = TestRequest::post().uri(&format!("/api/{user}/tasks"));
        let response = self.send_as(user, request.set_json(serde_json::json!({ "title": title }))).await;
        assert_eq!(response.status, StatusCode::CREATED);
        response.json()["id"].as_i64().unwrap()
    }
}

/// A configuration with test keys and this database.
pub(crate) async fn config(database: &TestDatabase, limits: UserLimits, origins: &[&str]) -> ApiConfig {
    ApiConfig {
        authorizer: Authorizer::new(test_util::verifier(), database.store().await, limits),
        allowed_origins: origins.iter().map(|origin| origin.parse().unwrap()).collect(),
    }
}

impl TestResponse {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().unwrap())
    }

    /// Checks that this is a problem, and returns its status and code.
    pub(crate) fn problem(&self) -> (u16, String) {
        let problem = self.json();
        assert_eq!(self.header("content-type"), Some("application/problem+json"));
        assert_eq!(problem["status"], self.status.as_u16());
        let code = problem["code"].as_str().unwrap().to_owned();
        assert_eq!(problem["type"], format!("/problems/{code}"));
        assert!(problem["title"].is_string() && problem["detail"].is_string());
        (self.status.as_u16(), code)
    }

    /// The field and code of each field error.
    pub(crate) fn field_errors(&self) -> Vec<(String, String)> {
        let string = |value: &Value| value.as_str().unwrap().to_owned();
        self.json()["errors"]
            .as_array()
            .unwrap()
            .iter()
            .map(|error| (string(&error["field"]), string(&error["code"])))
            .collect()
    }
}

pub(crate) fn bearer(user: &str) -> (&'static str, String) {
    ("Authorization", format!("Bearer {}", test_util::access_token(user)))
}
