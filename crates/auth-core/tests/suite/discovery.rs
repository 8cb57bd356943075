//! Discovery of the keys of an issuer by its metadata, over HTTP.

use std::time::{Duration, Instant};

use auth_core::test_util::{JwksServer, ServerFault, SigningKey, TokenBuilder};
use auth_core::{Algorithm, IssuerMetadata, RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier, VerifyError};
use serde_json::{Value, json};

use crate::log::capture_log;

const AUDIENCE: &str = "https://api.example";

/// An issuer with two servers: one for its metadata, one for its keys.
struct Issuer {
    name: String,
    key: SigningKey,
    metadata: JwksServer,
    jwk_set: JwksServer,
}

impl Issuer {
    fn new(path: &str) -> Self {
        let metadata = JwksServer::start("{}").unwrap();
        let name = format!("{}{path}", metadata.url().strip_suffix("/api/auth/jwks").unwrap());
        let key = SigningKey::generate(Algorithm::EdDsa, "key-1");
        let jwk_set = JwksServer::start(&json!({ "keys": [key.jwk()] }).to_string()).unwrap();
        let issuer = Self { name, key, metadata, jwk_set };
        issuer.metadata.serve(&issuer.document().to_string());
        issuer
    }

    fn document(&self) -> Value {
        json!({
            "issuer": self.name,
            "authorization_endpoint": format!("{}/authorize", self.name),
            "jwks_uri": self.jwk_set.url(),
            "response_types_supported": ["code"],
        })
    }

    /// Serves the metadata with one member changed.
    fn serve_with(&self, member: &str, value: impl Into<Value>) {
        let mut document = self.document();
        document[member] = value.into();
        self.metadata.serve(&document.to_string());
    }

    fn keys(&self, document: IssuerMetadata) -> RemoteJwkSet {
        RemoteJwkSet::discover(&self.name, document, RemoteJwkSetOptions::new().cooldown_seconds(1)).unwrap()
    }

    fn validation(&self) -> Validation {
        Validation::new().issuer(&*self.name).audience(AUDIENCE)
    }

    fn token(&self) -> String {
        TokenBuilder::for_user("ann").key(&self.key).claim("iss", &*self.name).claim("aud", AUDIENCE).sign()
    }

    fn verifier(&self) -> Verifier {
        Verifier::new(self.keys(IssuerMetadata::OpenId), self.validation()).unwrap()
    }
}

/// Runs a future on this thread, so that its log is captured.
fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

#[tokio::test]
async fn keys_are_fetched_from_the_address_in_the_metadata() {
    for (path, document, metadata_path) in [
        ("", IssuerMetadata::OAuth, "/.well-known/oauth-authorization-server"),
        ("/tenant/", IssuerMetadata::OAuth, "/.well-known/oauth-authorization-server/tenant"),
        ("", IssuerMetadata::OpenId, "/.well-known/openid-configuration"),
        ("/realms/main", IssuerMetadata::OpenId, "/realms/main/.well-known/openid-configuration"),
    ] {
        let issuer = Issuer::new(path);
        let verifier = Verifier::new(issuer.keys(document), issuer.validation()).unwrap();
        assert_eq!(issuer.metadata.requests(), 0);
        assert_eq!(verifier.verify(&issuer.token()).await.unwrap().user_id(), "ann");
        assert_eq!((issuer.metadata.requests(), issuer.jwk_set.requests()), (1, 1));
        let head = issuer.metadata.heads().remove(0).to_lowercase();
        assert!(head.starts_with(&format!("get {metadata_path} http/1.1\r\n")), "{head}");
        assert!(head.contains("accept: application/json\r\n"), "{head}");
        for field in ["cookie", "authorization", "referer", "origin", "proxy"] {
            assert!(!head.contains(&format!("\r\n{field}")), "{head}");
        }
    }
}

#[tokio::test]
async fn several_issuers_are_discovered_separately() {
    let (app, partner) = (Issuer::new("/app"), Issuer::new("/partner"));
    let verifier = app.verifier().with_issuer(partner.keys(IssuerMetadata::OAuth), partner.validation()).unwrap();
    assert_eq!(verifier.verify(&partner.token()).await.unwrap().issuer(), Some(&*partner.name));
    assert_eq!((app.metadata.requests(), app.jwk_set.requests()), (0, 0), "the other issuer is not asked");
    assert_eq!(verifier.verify(&app.token()).await.unwrap().issuer(), Some(&*app.name));

    let forged = TokenBuilder::for_user("ann").key(&partner.key).claim("iss", &*app.name).claim("aud", AUDIENCE);
    assert_eq!(verifier.verify(&forged.sign()).await.err(), Some(VerifyError::InvalidSignature));
    let unknown = TokenBuilder::for_user("ann").key(&app.key).claim("iss", "http://127.0.0.1:1").claim("aud", AUDIENCE);
    assert_eq!(verifier.verify(&unknown.sign()).await.err(), Some(VerifyError::InvalidIssuer));
    assert_eq!((app.metadata.requests(), partner.metadata.requests()), (1, 1));
}

/// What the log says, and the change that makes the metadata hostile.
type Change<'c> = (&'c str, Box<dyn Fn(&Issuer) + 'c>);

#[test]
fn hostile_metadata_bring_no_key_and_a_log_line_that_says_what_to_do() {
    let elsewhere = JwksServer::start("{}").unwrap();
    let changes: [Change<'_>; 15] = [
        ("configure the issuer exactly", Box::new(|issuer| issuer.serve_with("issuer", "https://attacker.example"))),
        ("configure the issuer exactly", Box::new(|issuer| issuer.serve_with("issuer", format!("{}/", issuer.name)))),
        ("no text `issuer`", Box::new(|issuer| issuer.serve_with("issuer", json!([issuer.name])))),
        ("no text `jwks_uri`", Box::new(|issuer| issuer.serve_with("jwks_uri", Value::Null))),
        ("use https", Box::new(|issuer| issuer.serve_with("jwks_uri", "http://keys.example/jwks"))),
        ("it has no host", Box::new(|issuer| issuer.serve_with("jwks_uri", "file:///etc/passwd"))),
        ("it is not a URL", Box::new(|issuer| issuer.serve_with("jwks_uri", "/jwks"))),
        ("too long", Box::new(|issuer| issuer.serve_with("padding", "x".repeat(64 * 1024)))),
        ("not one JSON object", Box::new(|issuer| issuer.metadata.serve("<html>sign in</html>"))),
        ("not one JSON object", Box::new(|issuer| issuer.metadata.serve(&json!([issuer.document()]).to_string()))),
        ("not one JSON object", Box::new(|issuer| issuer.metadata.serve(&format!("{0}{0}", issuer.document())))),
        ("status 302; check", Box::new(|issuer| issuer.metadata.fail(ServerFault::Redirect(elsewhere.url().into())))),
        ("status 404; check", Box::new(|issuer| issuer.metadata.fail(ServerFault::Status(404)))),
        ("cannot be reached", Box::new(|issuer| issuer.metadata.fail(ServerFault::HangUp))),
        ("metadata of the issuer not usable", Box::new(|issuer| issuer.metadata.serve(""))),
    ];
    for (expected, change) in changes {
        let issuer = Issuer::new("");
        change(&issuer);
        let log = capture_log(|| {
            let verifier = issuer.verifier();
            assert_eq!(
                block_on(verifier.verify(&issuer.token())).err(),
                Some(VerifyError::KeysUnavailable),
                "{expected}"
            );
        });
        assert!(log.contains(expected), "{expected}: {log}");
        assert!(log.contains(".well-known/openid-configuration"), "{log}");
        assert!(!log.contains("attacker") && !log.contains("passwd"), "no part of the document: {log}");
        assert_eq!(issuer.jwk_set.requests(), 0, "{expected}");
    }
    assert_eq!(elsewhere.requests(), 0, "a redirect is not followed");
}

#[tokio::test]
async fn slow_metadata_and_a_slow_set_take_5_seconds_at_most() {
    for slow_metadata in [true, false] {
        let issuer = Issuer::new("");
        let server = if slow_metadata { &issuer.metadata } else { &issuer.jwk_set };
        server.fail(ServerFault::Slow);
        let start = Instant::now();
        assert_eq!(issuer.keys(IssuerMetadata::OAuth).prefetch().await, Err(VerifyError::KeysUnavailable));
        assert!((4..8).contains(&start.elapsed().as_secs()), "{:?}", start.elapsed());
    }
}

#[tokio::test]
async fn issuer_that_moves_its_keys_is_followed_at_the_next_fetch() {
    let issuer = Issuer::new("");
    let verifier = issuer.verifier();
    assert!(verifier.verify(&issuer.token()).await.is_ok());

    let key = SigningKey::generate(Algorithm::Es256, "key-2");
    let moved = JwksServer::start(&json!({ "keys": [key.jwk()] }).to_string()).unwrap();
    issuer.serve_with("jwks_uri", moved.url());
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let token = TokenBuilder::for_user("ann").key(&key).claim("iss", &*issuer.name).claim("aud", AUDIENCE).sign();
    assert_eq!(verifier.verify(&token).await.unwrap().user_id(), "ann");
    assert_eq!((issuer.metadata.requests(), issuer.jwk_set.requests(), moved.requests()), (2, 1, 1));
}

#[tokio::test]
async fn metadata_that_turn_hostile_keep_the_last_set() {
    let issuer = Issuer::new("");
    let verifier = issuer.verifier();
    assert!(verifier.verify(&issuer.token()).await.is_ok());

    let attacker = SigningKey::generate(Algorithm::EdDsa, "key-2");
    let set = JwksServer::start(&json!({ "keys": [attacker.jwk()] }).to_string()).unwrap();
    let mut document = issuer.document();
    document["issuer"] = "https://attacker.example".into();
    document["jwks_uri"] = set.url().into();
    issuer.metadata.serve(&document.to_string());
    tokio::time::sleep(Duration::from_millis(1050)).await;
    let forged = TokenBuilder::for_user("bob").key(&attacker).claim("iss", &*issuer.name).claim("aud", AUDIENCE);
    assert_eq!(verifier.verify(&forged.sign()).await.err(), Some(VerifyError::KeysUnavailable));
    assert_eq!(set.requests(), 0);
    assert_eq!(verifier.verify(&issuer.token()).await.unwrap().user_id(), "ann");
}
