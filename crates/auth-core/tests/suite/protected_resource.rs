//! Protected resource metadata (RFC 9728).

use auth_core::adapters::Authenticator;
use auth_core::bearer::{BearerError, Challenges, ProtectedResource};
use auth_core::test_util;
use auth_core::{ConfigError, Validation, Verifier, VerifyError};
use serde_json::{Value, json};

#[test]
fn metadata_is_between_the_host_and_the_path() {
    for (identifier, path) in [
        ("https://api.example", "/.well-known/oauth-protected-resource"),
        ("https://api.example/", "/.well-known/oauth-protected-resource"),
        ("https://api.example/mcp", "/.well-known/oauth-protected-resource/mcp"),
        ("https://api.example:8443/a/b/", "/.well-known/oauth-protected-resource/a/b/"),
        ("http://localhost:3000/mcp", "/.well-known/oauth-protected-resource/mcp"),
        ("http://[::1]:3000", "/.well-known/oauth-protected-resource"),
    ] {
        let resource = ProtectedResource::new(identifier).unwrap();
        assert_eq!(resource.metadata_path(), path, "{identifier}");
        assert!(resource.metadata_url().ends_with(path) && resource.metadata_url().starts_with("http"), "{identifier}");
    }
    let resource = ProtectedResource::new("https://resource.example.com/resource1").unwrap();
    let expected = "https://resource.example.com/.well-known/oauth-protected-resource/resource1";
    assert_eq!(resource.metadata_url(), expected, "the example of RFC 9728 §3.1");
}

#[test]
fn identifier_that_is_not_an_https_url_is_rejected() {
    for identifier in [
        "",
        "api.example",
        "todo-api",
        "http://api.example",
        "http://localhost.attacker.example",
        "ftp://api.example",
        "https://",
        "https:///x",
        "https://api.example#x",
        "https://api.example?x",
        "https://ann@api.example",
        "https://api.example/ x",
        "https://api.example/\"",
        "https://api.ex\u{e4}mple",
    ] {
        assert_eq!(ProtectedResource::new(identifier), Err(ConfigError::InvalidResource), "{identifier}");
    }
}

#[test]
fn document_names_all_issuers_of_the_verifier() {
    let issuer = |issuer: &str| Validation::new().issuer(issuer);
    let verifier = Verifier::new(test_util::secret(), issuer("https://a.example")).unwrap();
    let verifier = verifier.with_issuer(test_util::secret(), issuer("https://b.example")).unwrap();
    let resource = ProtectedResource::new("https://api.example").unwrap().scopes(["tasks:read"]).name("T\"odo");
    let authenticator = Authenticator::new(verifier, "todo").with_resource(&resource);
    let document: Value = serde_json::from_str(authenticator.resource_metadata().unwrap()).unwrap();
    let expected = json!({
        "resource": "https://api.example",
        "authorization_servers": ["https://a.example", "https://b.example"],
        "scopes_supported": ["tasks:read"],
        "bearer_methods_supported": ["header"],
        "resource_name": "T\"odo",
    });
    assert_eq!(document, expected);

    let without = Authenticator::new(test_util::verifier(), "todo");
    assert_eq!(without.resource_metadata(), None);
    let minimal = without.with_resource(&ProtectedResource::new("https://api.example").unwrap());
    let document: Value = serde_json::from_str(minimal.resource_metadata().unwrap()).unwrap();
    assert_eq!(document, json!({ "resource": "https://api.example", "bearer_methods_supported": ["header"] }));
}

#[test]
fn every_challenge_names_the_metadata_once() {
    let url = "https://api.example/.well-known/oauth-protected-resource";
    let challenges = Challenges::new("todo").with_resource_metadata(url);
    for error in [
        BearerError::MissingCredentials,
        BearerError::MultipleCredentials,
        BearerError::MalformedCredentials,
        BearerError::InsufficientScope { scope: "tasks:write".into() },
        BearerError::ClaimsNotAllowed,
        BearerError::InsufficientUserAuthentication { acr_values: Some("x".into()), max_age_seconds: Some(60) },
        BearerError::InvalidToken(VerifyError::Expired),
        BearerError::InvalidToken(VerifyError::InvalidSignature),
    ] {
        let challenge = challenges.for_error(&error);
        assert_eq!(challenge.matches(&format!(", resource_metadata=\"{url}\"")).count(), 1, "{challenge}");
        assert!(!Challenges::new("todo").for_error(&error).contains("resource_metadata"));
    }
}
