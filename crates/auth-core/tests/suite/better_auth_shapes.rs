//! One token of each shape that Better Auth 1.7.25 issues, with each preset. `tests/vectors/better-auth-shapes.mjs` makes them.

use std::collections::BTreeMap;

use auth_core::{
    Clock, DocumentFetcher, FetchError, FetchFuture, FetchRequest, FetchResponse, IssuerMetadata, JwkSet, RemoteJwkSet,
    RemoteJwkSetOptions, SharedSecret, Validation, VerificationKeys, Verifier, VerifyError,
};
use serde::Deserialize;

use crate::support::verify;

const API: &str = "https://api.example";

#[derive(Deserialize)]
struct Shapes {
    secret: String,
    tokens: Vec<Shape>,
}

#[derive(Deserialize)]
struct Shape {
    name: String,
    base_url: String,
    issued: u64,
    sub: String,
    token: String,
    jwks: String,
    /// The resource that the token was requested for.
    resource: Option<String>,
    /// The documents of the issuer by their paths.
    #[serde(default)]
    metadata: BTreeMap<String, String>,
}

impl Shape {
    fn resource(&self) -> &str {
        self.resource.as_deref().unwrap_or(API)
    }

    fn verifier(&self, keys: impl Into<VerificationKeys>, validation: Validation) -> Verifier {
        let (clock, _) = Clock::fixed(self.issued);
        Verifier::new(keys, validation).unwrap().with_clock(clock)
    }

    fn jwk_set(&self) -> JwkSet {
        JwkSet::parse(&self.jwks).unwrap()
    }
}

fn shapes() -> Shapes {
    serde_json::from_str(include_str!("../vectors/better-auth-shapes.json")).unwrap()
}

/// The table of docs/TOKENS.md: a row for each shape, and for each preset `None` if it accepts the token.
#[test]
fn each_shape_is_accepted_by_its_preset_only() {
    use VerifyError::{
        InvalidAlgorithm, InvalidIssuer, InvalidSubject, InvalidTokenType, NotCompactJws, SubjectIsClient,
    };
    let opaque = [Some(NotCompactJws); 3];
    let jwt = [Some(InvalidAlgorithm), None, Some(InvalidTokenType)];
    let without_subject = [Some(InvalidSubject), Some(InvalidAlgorithm), Some(InvalidTokenType)];
    let id_token = [Some(InvalidAlgorithm), Some(InvalidIssuer), Some(InvalidTokenType)];
    let oauth = [Some(InvalidAlgorithm), Some(InvalidIssuer), None];
    let client = [Some(InvalidAlgorithm), Some(InvalidIssuer), Some(SubjectIsClient)];
    let rows = [
        ("jwt", jwt),
        ("bearer: JWT", jwt),
        ("bearer: session token", opaque),
        ("jwt, signed with the secret", [None, Some(InvalidAlgorithm), Some(InvalidTokenType)]),
        ("jwt, definePayload", jwt),
        ("api-key: JWT", jwt),
        ("api-key: key", opaque),
        ("device: JWT", jwt),
        ("device: session token", opaque),
        ("cookie cache compact: JWT", jwt),
        ("cookie cache compact: cookie", opaque),
        ("cookie cache jwt: JWT", jwt),
        ("cookie cache jwt: cookie", without_subject),
        ("cookie cache jwe: JWT", jwt),
        ("cookie cache jwe: cookie", opaque),
        ("e-mail verification", without_subject),
        ("oauth-provider: user", oauth),
        ("oauth-provider: ID token", id_token),
        ("oauth-provider: refresh token", opaque),
        ("oauth-provider: user, no resource", opaque),
        ("oauth-provider: client", client),
        ("oauth-provider: JWT of jwt()", jwt),
        ("oauth-provider: user", oauth),
        ("oauth-provider: user", oauth),
        ("oauth-provider: user", oauth),
        ("mcp: user", oauth),
        ("mcp: ID token", id_token),
    ];
    let shapes = shapes();
    assert_eq!(shapes.tokens.len(), rows.len());
    let secret: SharedSecret = shapes.secret.parse().unwrap();
    for (shape, (name, expected)) in shapes.tokens.iter().zip(rows) {
        assert_eq!(shape.name, name);
        let base_url = shape.base_url.as_str();
        let verifiers = [
            shape.verifier(secret.clone(), Validation::better_auth_shared_secret(base_url, API)),
            shape.verifier(shape.jwk_set(), Validation::better_auth_jwks(base_url)),
            shape.verifier(shape.jwk_set(), Validation::better_auth_oauth(base_url, shape.resource())),
        ];
        for (verifier, error) in verifiers.iter().zip(expected) {
            match (verify(verifier, &shape.token), error) {
                (Ok(user), None) => assert_eq!(user.user_id(), shape.sub, "{name}, {base_url}"),
                (result, error) => assert_eq!(result.err(), error, "{name}, {base_url}, {verifier:?}"),
            }
        }
    }
}

#[test]
fn private_claims_of_define_payload_are_typed() {
    #[derive(Deserialize)]
    struct MyClaims {
        role: String,
        org: Organization,
    }
    #[derive(Deserialize)]
    struct Organization {
        id: u64,
    }
    let shapes = shapes();
    let shape = shapes.tokens.iter().find(|shape| shape.name == "jwt, definePayload").unwrap();
    let verifier = shape.verifier(shape.jwk_set(), Validation::better_auth_jwks(&shape.base_url));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let user = runtime.block_on(verifier.verify_as::<MyClaims>(&shape.token)).unwrap();
    assert_eq!((&*user.claims().role, user.claims().org.id), ("admin", 7));
}

/// Serves the documents of an application by their URLs.
struct Documents(BTreeMap<String, String>);

impl DocumentFetcher for Documents {
    fn fetch<'f>(&'f self, request: FetchRequest<'f>) -> FetchFuture<'f> {
        let document = self.0.get(request.url()).map(|body| FetchResponse::document(body.as_bytes()));
        Box::pin(async { document.ok_or(FetchError::Status(404)) })
    }
}

/// With a slash at the end of a path, Better Auth writes the base URL into `iss` as it is, and without the slash into its metadata:
/// such an issuer cannot be discovered (RFC 8414 §3.3), and the preset is for it.
#[tokio::test]
async fn metadata_of_the_oauth_provider_lead_to_its_keys_unless_they_name_another_issuer() {
    let mut discovered = Vec::new();
    for shape in shapes().tokens.iter().filter(|shape| !shape.metadata.is_empty()) {
        let validation = Validation::better_auth_oauth(&shape.base_url, API);
        let issuer = validation.required_issuer().unwrap().to_owned();
        let origin = "http://localhost:4100";
        let mut documents: BTreeMap<String, String> =
            shape.metadata.iter().map(|(path, body)| (format!("{origin}{path}"), body.clone())).collect();
        for path in ["/api/auth/jwks", "/identity/jwks", "/identity//jwks"] {
            documents.insert(format!("{origin}{path}"), shape.jwks.clone());
        }
        for document in [IssuerMetadata::OAuth, IssuerMetadata::OpenId] {
            let options = RemoteJwkSetOptions::new();
            let fetcher = Documents(documents.clone());
            let keys = RemoteJwkSet::discover_with_fetcher(&issuer, document, options, fetcher).unwrap();
            let result = shape.verifier(keys, validation.clone()).verify(&shape.token).await;
            discovered.push((shape.base_url.clone(), result.map(|user| user.user_id() == shape.sub)));
        }
    }
    let results =
        [("", Ok(true)), ("/", Ok(true)), ("/identity", Ok(true)), ("/identity/", Err(VerifyError::KeysUnavailable))];
    let mut expected = Vec::new();
    for (path, result) in results {
        let row = (format!("http://localhost:4100{path}"), result);
        expected.extend([row.clone(), row]);
    }
    assert_eq!(discovered, expected);
}
