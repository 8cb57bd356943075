use std::{collections::BTreeSet, fs};

use actix_web::{http::Method, test::TestRequest};
use api_http::openapi_json;
use serde_json::Value;

use crate::support::TestApp;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

/// Every operation in the OpenAPI document: its method and path template.
pub(crate) fn documented_operations() -> Vec<(Method, String)> {
    let document: Value = serde_json::from_str(&openapi_json()).unwrap();
    let mut operations = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item.as_object().unwrap().keys() {
            operations.push((method.to_uppercase().parse().unwrap(), path.clone()));
        }
    }
    operations
}

#[test]
fn committed_document_is_current() {
    let committed = fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == openapi_json(),
        "docs/openapi.json is not up to date: cargo run -p todo-server -- openapi > docs/openapi.json"
    );
    assert!(committed.contains(r#""openapi": "3.1"#));
}

#[actix_web::test]
async fn served_methods_are_the_documented_ones() {
    let app = TestApp::new().await;
    let operations = documented_operations();
    for (_, path) in &operations {
        let mut documented: BTreeSet<String> =
            operations.iter().filter(|(_, other)| other == path).map(|(method, _)| method.to_string()).collect();
        if documented.contains("GET") {
            documented.insert("HEAD".to_owned());
        }
        let uri = path.replace("{user_id}", "ann").replace("{id}", "1");
        let request = TestRequest::with_uri(&uri).method("FOO".parse().unwrap());
        let response = app.send_as("ann", request).await;
        let allowed: BTreeSet<String> = response.header("allow").unwrap().split(", ").map(str::to_owned).collect();
        assert_eq!(allowed, documented, "{path}");
    }
}

#[actix_web::test]
async fn documentation_loads_only_from_this_server() {
    let app = TestApp::new().await;
    let served = app.send(TestRequest::get().uri("/openapi.json")).await;
    assert_eq!(served.body, openapi_json());
    assert_eq!(app.send(TestRequest::get().uri("/docs")).await.header("location"), Some("/docs/"));
    let page = app.send(TestRequest::get().uri("/docs/")).await;
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    let files: Vec<&str> =
        html.split(['"', '\'']).filter(|text| [".js", ".css", ".png"].iter().any(|end| text.ends_with(end))).collect();
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "{file}");
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(app.send(TestRequest::get().uri(&path)).await.status, 200, "{file}");
    }
}
