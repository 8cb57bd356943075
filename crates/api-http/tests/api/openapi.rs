use std::{collections::BTreeSet, fs};

use actix_web::test::TestRequest;
use api_http::{Door, openapi, routes};
use serde_json::Value;

use crate::support::api;

const COMMITTED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

#[test]
fn the_committed_document_is_the_served_one() {
    let committed = fs::read_to_string(COMMITTED).unwrap_or_default();
    assert!(
        committed == openapi(),
        "docs/openapi.json is not up to date: cargo run -p todo-server -- openapi > docs/openapi.json"
    );
}

#[test]
fn every_task_route_is_described_and_nothing_else() {
    let document: Value = serde_json::from_str(&openapi()).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3.1"));
    let described: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (method.to_uppercase(), path.clone()))
        })
        .collect();
    let health = ["/livez", "/readyz"];
    let routes: BTreeSet<_> = routes()
        .filter(|(_, path, door)| *door == Door::Owner || health.contains(path))
        .map(|(method, path, _)| (method.to_string(), path.to_owned()))
        .collect();
    assert_eq!(described, routes);
}

#[actix_web::test]
async fn the_documentation_loads_nothing_from_elsewhere() {
    let api = api().await;
    let served = api.send(TestRequest::get().uri("/openapi.json")).await;
    assert_eq!(served.body, openapi());
    assert_eq!(api.send(TestRequest::get().uri("/docs")).await.header("location"), Some("/docs/"));
    let page = api.send(TestRequest::get().uri("/docs/")).await;
    assert!(page.header("content-security-policy").unwrap().starts_with("default-src 'none'"));
    let html = String::from_utf8(page.body.to_vec()).unwrap();
    let files: Vec<&str> =
        html.split(['"', '\'']).filter(|text| [".js", ".css", ".png"].iter().any(|end| text.ends_with(end))).collect();
    assert!(files.len() > 3, "{files:?}");
    for file in files {
        assert!(!file.contains("//"), "{file}");
        let path = format!("/docs/{}", file.trim_start_matches("./"));
        assert_eq!(api.send(TestRequest::get().uri(&path)).await.status, 200, "{file}");
    }
}
