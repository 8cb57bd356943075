//! Protected resource metadata (RFC 9728).

use serde_json::{Value, json};

use crate::ConfigError;
use crate::dpop::DpopVerifier;

/// How clients find the authorization servers of a service (RFC 9728): its metadata document, which
/// [`Authenticator::with_resource`](crate::adapters::Authenticator::with_resource) derives from the verifier.
///
/// ```
/// use auth_core::adapters::Authenticator;
/// use auth_core::bearer::ProtectedResource;
/// use auth_core::{SharedSecret, Validation, Verifier};
///
/// let validation = Validation::new().issuer("https://app.example/api/auth").audience("https://api.example");
/// let verifier = Verifier::new(SharedSecret::parse("7Wq0mV1r4Zr8C3m1cDk9oJt2bXy6LhNs")?, validation)?;
/// let resource = ProtectedResource::new("https://api.example")?.scopes(["tasks:read", "tasks:write"]);
///
/// // Serve this document as application/json, without authentication.
/// assert_eq!(resource.metadata_path(), "/.well-known/oauth-protected-resource");
/// let authenticator = Authenticator::new(verifier, "todo").with_resource(&resource);
/// assert_eq!(
///     authenticator.resource_metadata(),
///     Some(r#"{"authorization_servers":["https://app.example/api/auth"],"bearer_methods_supported":["header"],"resource":"https://api.example","scopes_supported":["tasks:read","tasks:write"]}"#),
/// );
/// # Ok::<(), auth_core::ConfigError>(())
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct ProtectedResource {
    identifier: String,
    scopes: Vec<String>,
    name: Option<String>,
}

impl ProtectedResource {
    /// The service with this resource identifier: the URL that clients request tokens for, which should be an audience of the
    /// validation (RFC 9728 §1.2).
    ///
    /// Returns [`ConfigError::InvalidResource`] unless it is an https URL, or an http URL of a loopback host, without a query and a
    /// fragment and of visible ASCII characters.
    pub fn new(identifier: &str) -> Result<Self, ConfigError> {
        let is_text = identifier.bytes().all(|byte| byte.is_ascii_graphic() && !b"?#\"\\".contains(&byte));
        match split(identifier) {
            Some((origin, _)) if is_text && (origin.starts_with("https://") || is_loopback(origin)) => {
                Ok(Self { identifier: identifier.to_owned(), scopes: Vec::new(), name: None })
            }
            _ => Err(ConfigError::InvalidResource),
        }
    }

    /// The scopes that clients can request, `scopes_supported`. A second call replaces them.
    #[must_use]
    pub fn scopes(mut self, scopes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.scopes = scopes.into_iter().map(Into::into).collect();
        self
    }

    /// The name of the service for people, `resource_name`.
    #[must_use]
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The path of the metadata document: `/.well-known/oauth-protected-resource`, and then the path of the identifier (RFC 9728
    /// §3.1).
    #[must_use]
    pub fn metadata_path(&self) -> String {
        let path = split(&self.identifier).map_or("", |(_, path)| path);
        format!("/.well-known/oauth-protected-resource{path}")
    }

    /// The URL of the metadata document.
    #[must_use]
    pub fn metadata_url(&self) -> String {
        let origin = split(&self.identifier).map_or("", |(origin, _)| origin);
        format!("{origin}{}", self.metadata_path())
    }

    /// The metadata document (RFC 9728 §2).
    pub(crate) fn document(&self, issuers: Vec<&str>, dpop: Option<&DpopVerifier>) -> Value {
        let mut document = json!({ "resource": self.identifier, "bearer_methods_supported": ["header"] });
        if !issuers.is_empty() {
            document["authorization_servers"] = issuers.into();
        }
        if !self.scopes.is_empty() {
            document["scopes_supported"] = self.scopes.clone().into();
        }
        if let Some(dpop) = dpop {
            document["dpop_signing_alg_values_supported"] = dpop.algorithm_names().collect();
            if dpop.is_required() {
                document["dpop_bound_access_tokens_required"] = true.into();
            }
        }
        if let Some(name) = &self.name {
            document["resource_name"] = name.as_str().into();
        }
        document
    }
}

/// The origin and the path. A path of one slash counts as none (RFC 9728 §3.1).
fn split(identifier: &str) -> Option<(&str, &str)> {
    let authority = identifier.find("://")? + 3;
    let end = identifier[authority..].find('/').map_or(identifier.len(), |slash| authority + slash);
    let has_host = end > authority && !identifier[authority..end].contains('@');
    let (origin, path) = identifier.split_at(end);
    has_host.then_some((origin, if path == "/" { "" } else { path }))
}

fn is_loopback(origin: &str) -> bool {
    let Some(authority) = origin.strip_prefix("http://") else { return false };
    let host = authority.rsplit_once(':').filter(|(_, port)| port.bytes().all(|byte| byte.is_ascii_digit()));
    ["localhost", "127.0.0.1", "[::1]"].contains(&host.map_or(authority, |(host, _)| host))
}
