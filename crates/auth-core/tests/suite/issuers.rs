//! Several issuers in one verifier.

use auth_core::adapters::Authenticator;
use auth_core::test_util::{self, JwksServer, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, ConfigError, JwkSet, RemoteJwkSet, RemoteJwkSetOptions, Validation, Verifier, VerifyError};
use serde_json::json;

use crate::support::verify;

const APP: &str = "https://app.example";
const PARTNER: &str = "https://partner.example";

fn set(key: &SigningKey) -> JwkSet {
    JwkSet::parse(&json!({ "keys": [key.jwk()] }).to_string()).unwrap()
}

fn token(key: &SigningKey, iss: &str) -> TokenBuilder {
    TokenBuilder::for_user("ann").key(key).without_header("typ").claim("iss", iss).claim("aud", "api")
}

/// Two issuers with keys of the same id.
fn issuers() -> (Verifier, SigningKey, SigningKey) {
    let keys = [Algorithm::EdDsa, Algorithm::EdDsa].map(|algorithm| SigningKey::generate(algorithm, "key-1"));
    let validation = |issuer: &str| Validation::new().issuer(issuer).audience("api");
    let verifier = Verifier::new(set(&keys[0]), validation(APP)).unwrap();
    let verifier = verifier.with_issuer(set(&keys[1]), validation(PARTNER).token_types(["at+jwt"])).unwrap();
    let [app, partner] = keys;
    (verifier, app, partner)
}

#[test]
fn token_is_verified_with_the_keys_and_the_validation_of_its_issuer() {
    let (verifier, app, partner) = issuers();
    let user = verify(&verifier, &token(&app, APP).sign()).unwrap();
    assert_eq!((user.user_id(), user.issuer()), ("ann", Some(APP)));
    let other = verify(&verifier, &token(&partner, PARTNER).header("typ", "at+jwt").sign()).unwrap();
    assert_eq!((other.user_id(), other.issuer()), ("ann", Some(PARTNER)));
    assert_ne!(user.map_claims(|()| 0), other.map_claims(|()| 0), "the same id from two issuers");

    assert_eq!(verify(&verifier, &token(&partner, PARTNER).sign()), Err(VerifyError::InvalidTokenType));
    let elsewhere = token(&app, APP).claim("aud", "another-api").sign();
    assert_eq!(verify(&verifier, &elsewhere), Err(VerifyError::InvalidAudience));
}

#[test]
fn key_of_one_issuer_does_not_verify_the_token_of_another() {
    let (verifier, app, partner) = issuers();
    for token in [token(&partner, APP), token(&app, PARTNER).header("typ", "at+jwt")] {
        assert_eq!(verify(&verifier, &token.sign()), Err(VerifyError::InvalidSignature), "{token:?}");
    }
    // A shared secret of one issuer is no key of another either.
    let verifier = Verifier::new(test_util::secret(), Validation::new().issuer(APP)).unwrap();
    let verifier = verifier.with_issuer(set(&partner), Validation::new().issuer(PARTNER).audience("api")).unwrap();
    let hmac = |iss: &str| TokenBuilder::for_user("ann").claim("iss", iss).claim("aud", "api").sign();
    assert!(verify(&verifier, &hmac(APP)).is_ok());
    assert_eq!(verify(&verifier, &hmac(PARTNER)), Err(VerifyError::InvalidAlgorithm));
}

#[test]
fn iss_that_names_no_configured_issuer_is_rejected() {
    let (verifier, app, _) = issuers();
    let others = [json!("https://app.example/"), json!("HTTPS://APP.EXAMPLE"), json!(""), json!([APP]), json!(null)];
    for iss in others {
        let token = token(&app, APP).claim("iss", iss.clone()).sign();
        assert_eq!(verify(&verifier, &token), Err(VerifyError::InvalidIssuer), "{iss}");
    }
    assert_eq!(verify(&verifier, &token(&app, APP).without_claim("iss").sign()), Err(VerifyError::InvalidIssuer));
    let duplicate = token(&app, APP).raw_payload(format!(r#"{{"iss":"{PARTNER}","iss":"{APP}","sub":"ann"}}"#));
    assert_eq!(verify(&verifier, &duplicate.sign()), Err(VerifyError::InvalidPayload));
}

#[tokio::test]
async fn unknown_issuer_causes_no_fetch() {
    let partner = TestIssuer::new(Algorithm::EdDsa);
    let server = JwksServer::start(&partner.document()).unwrap();
    let keys = RemoteJwkSet::new(server.url(), RemoteJwkSetOptions::new()).unwrap();
    let verifier = Verifier::new(test_util::secret(), Validation::new().issuer(APP)).unwrap();
    let verifier = verifier.with_issuer(keys, partner.validation()).unwrap();

    let forged = partner.access_token("ann").claim("iss", "https://attacker.example").sign();
    assert_eq!(verifier.verify(&forged).await, Err(VerifyError::InvalidIssuer));
    let ours = TokenBuilder::for_user("ann").claim("iss", APP).sign();
    assert!(verifier.verify(&ours).await.is_ok());
    assert_eq!(server.requests(), 0, "only a token of the partner needs its keys");
    assert!(verifier.verify(&partner.access_token("ann").sign()).await.is_ok());
    assert_eq!(server.requests(), 1);
}

#[test]
fn issuers_without_a_name_or_with_the_same_name_are_rejected() {
    let with = |first: Validation, second: Validation| {
        Verifier::new(test_util::secret(), first).unwrap().with_issuer(test_util::secret(), second).err()
    };
    let named = |issuer: &str| Validation::new().issuer(issuer);
    assert_eq!(with(named(APP), named(PARTNER)), None);
    assert_eq!(with(Validation::new(), named(PARTNER)), Some(ConfigError::IssuerMissing));
    assert_eq!(with(named(APP), Validation::new()), Some(ConfigError::IssuerMissing));
    assert_eq!(with(named(APP), named("")), Some(ConfigError::IssuerMissing));
    assert_eq!(with(named(APP), named(APP)), Some(ConfigError::DuplicateIssuer { issuer: APP.to_owned() }));
    let key = SigningKey::generate(Algorithm::EdDsa, "key-1");
    let verifier = Verifier::new(test_util::secret(), named(APP)).unwrap();
    assert_eq!(verifier.with_issuer(set(&key), named(PARTNER)).err(), Some(ConfigError::AudienceMissing));
}

#[tokio::test]
async fn missing_scope_is_named_if_all_issuers_require_the_same() {
    let challenge = async |second: Validation| {
        let first = Validation::new().issuer(APP).require_scope("tasks:write");
        let verifier = Verifier::new(test_util::secret(), first).unwrap();
        let verifier = verifier.with_issuer(test_util::secret(), second).unwrap();
        let token = TokenBuilder::for_user("ann").claim("iss", APP).sign();
        let rejection = Authenticator::new(verifier, "todo").authenticate([format!("Bearer {token}").as_bytes()]).await;
        rejection.unwrap_err().challenge().unwrap().into_owned()
    };
    let same = challenge(Validation::new().issuer(PARTNER).require_scope("tasks:write")).await;
    assert_eq!(same, r#"Bearer realm="todo", error="insufficient_scope", scope="tasks:write""#);
    let other = challenge(Validation::new().issuer(PARTNER)).await;
    assert_eq!(other, r#"Bearer realm="todo", error="insufficient_scope""#);
}
