//! DPoP (RFC 9449).

use std::pin::pin;
use std::sync::LazyLock;
use std::task::{Context, Poll, Waker};

use auth_core::adapters::{AccessPolicy, Authenticator, Rejection};
use auth_core::bearer::{BearerError, ProtectedResource};
use auth_core::dpop::{
    DpopError, DpopNonces, DpopVerifier, MemoryReplayStore, ReplayEntry, ReplayError, ReplayFuture, ReplayStore,
    RequestHead,
};
use auth_core::test_util::{self, SECRET, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, AuthenticatedUser, Clock, ClockControl, ConfigError, Validation, Verifier, VerifyError};
use serde_json::{Value, json};

use crate::support::{NOW, rsa_key, token_builder};

const ORIGIN: &str = "https://api.example";
const URL: &str = "https://api.example/tasks";

fn key() -> SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256, "client"));
    KEY.clone()
}

fn other_key() -> SigningKey {
    static KEY: LazyLock<SigningKey> = LazyLock::new(|| SigningKey::generate(Algorithm::Es256, "other"));
    KEY.clone()
}

fn dpop() -> DpopVerifier {
    DpopVerifier::new(ORIGIN).unwrap()
}

fn authenticator(dpop: DpopVerifier) -> (Authenticator, ClockControl) {
    let (clock, control) = Clock::fixed(NOW);
    (Authenticator::new(test_util::verifier().with_clock(clock), "todo").with_dpop(dpop), control)
}

fn bound_token() -> String {
    token_builder().bound_to(&key()).sign()
}

/// A valid proof for `GET /tasks` with this token at [`NOW`].
fn proof(token: &str) -> TokenBuilder {
    proof_of(&key(), token)
}

fn proof_of(key: &SigningKey, token: &str) -> TokenBuilder {
    TokenBuilder::dpop_proof(key, "GET", URL, token).claim("iat", NOW)
}

fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(result) => result,
        Poll::Pending => unreachable!("the keys and the store are available"),
    }
}

/// Sends `GET /tasks` with these fields.
fn send(
    authenticator: &Authenticator,
    authorization: &[&str],
    proofs: &[&str],
) -> Result<AuthenticatedUser, Rejection> {
    let request = RequestHead::new("GET", "/tasks?limit=10")
        .authorization(authorization.iter().map(|field| field.as_bytes()))
        .dpop(proofs.iter().map(|field| field.as_bytes()));
    ready(authenticator.authenticate_request(&request))
}

fn send_token(authenticator: &Authenticator, token: &str, proof: &str) -> Result<AuthenticatedUser, BearerError> {
    send(authenticator, &[&format!("DPoP {token}")], &[proof]).map_err(Into::into)
}

/// Why a proof for a token of the right key is rejected.
fn proof_error(proof: &str) -> Option<BearerError> {
    send_token(&authenticator(dpop()).0, &bound_token(), proof).err()
}

#[test]
fn bound_token_with_a_proof_of_its_key_is_accepted() {
    let (eddsa, es512) = (SigningKey::generate(Algorithm::EdDsa, "a"), SigningKey::generate(Algorithm::Es512, "b"));
    let (ed25519, rs256) = (eddsa.with_alg_and_kid(Algorithm::Ed25519, "c"), rsa_key());
    let ps256 = rs256.with_alg_and_kid(Algorithm::Ps256, "d");
    for key in [key(), eddsa, es512, ed25519, rs256, ps256] {
        let token = token_builder().bound_to(&key).sign();
        for scheme in ["DPoP", "dpop", "DPOP"] {
            let proof = proof_of(&key, &token).sign();
            let user = send(&authenticator(dpop()).0, &[&format!("{scheme} {token}")], &[&proof]).unwrap();
            assert_eq!((user.user_id(), user.key_thumbprint()), ("ann", Some(&*key.thumbprint())), "{key:?}");
        }
    }
}

const RFC_HEADER: &str = "eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19";
const RFC_THUMBPRINT: &str = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";

#[test]
fn example_of_section_7_1_is_accepted_once_at_its_time() {
    let token = "Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU";
    let proof = format!(
        "{RFC_HEADER}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA"
    );
    let dpop = DpopVerifier::new("https://resource.example.org").unwrap();
    let check = |method: &str, path: &str, token: &str, thumbprint: &str, now: u64| {
        let request = RequestHead::new(method, path).dpop([proof.as_bytes()]);
        ready(dpop.verify_proof(&request, token, thumbprint, now))
    };
    let (path, iat) = ("/protectedresource", 1_562_262_618);
    assert_eq!(check("GET", path, token, RFC_THUMBPRINT, iat - 6), Err(DpopError::IssuedInFuture));
    assert_eq!(check("GET", path, token, RFC_THUMBPRINT, iat + 61), Err(DpopError::TooOld));
    assert_eq!(check("POST", path, token, RFC_THUMBPRINT, iat), Err(DpopError::MethodMismatch));
    assert_eq!(check("GET", "/other", token, RFC_THUMBPRINT, iat), Err(DpopError::UriMismatch));
    assert_eq!(check("GET", path, "other", RFC_THUMBPRINT, iat), Err(DpopError::AccessTokenMismatch));
    assert_eq!(check("GET", path, token, &key().thumbprint(), iat), Err(DpopError::KeyMismatch));
    assert_eq!(check("GET", path, token, RFC_THUMBPRINT, iat), Ok(()));
    assert_eq!(check("GET", path, token, RFC_THUMBPRINT, iat + 60), Err(DpopError::Replayed));
}

/// It is for a token endpoint, so it has no `ath`, which is the last rule before nonces: all others are met.
#[test]
fn example_of_section_4_1_lacks_only_the_hash_of_a_token() {
    let payload = "eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ";
    let signature = "2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg";
    let dpop = DpopVerifier::new("https://server.example.com").unwrap();
    let check = |proof: String, path: &str, now: u64| {
        let request = RequestHead::new("POST", path).dpop([proof.as_bytes()]);
        ready(dpop.verify_proof(&request, "any", RFC_THUMBPRINT, now))
    };
    let example = || format!("{RFC_HEADER}.{payload}.{signature}");
    assert_eq!(check(example(), "/token", 1_562_262_616), Err(DpopError::AccessTokenMismatch));
    assert_eq!(check(example(), "/token", 1_562_262_677), Err(DpopError::TooOld));
    assert_eq!(check(example(), "/other", 1_562_262_616), Err(DpopError::UriMismatch));
    let forged = example().replace(".2-Gx", ".3-Gx");
    assert_eq!(check(forged, "/token", 1_562_262_616), Err(DpopError::InvalidSignature));
}

/// Proofs with one fault each.
#[expect(clippy::too_many_lines, reason = "a table")]
fn bad_proofs(token: &str) -> Vec<(String, DpopError)> {
    use DpopError as E;
    let proof = || proof(token);
    let jwk = || {
        let mut jwk = key().jwk();
        jwk.as_object_mut().unwrap().retain(|name, _| name != "alg" && name != "kid");
        jwk
    };
    let jwk_with = |name: &str, value: Value| {
        let mut jwk = jwk();
        jwk[name] = value;
        proof().header("jwk", jwk).sign()
    };
    let valid = proof().sign();
    let part = |n: usize| valid.split('.').nth(n).unwrap().to_owned();
    let duplicate = |text: String, member: &str| text.replacen('{', &format!("{{{member},"), 1);
    let header_text = |alg: &str| json!({ "typ": "dpop+jwt", "alg": alg, "jwk": jwk() }).to_string();
    let hmac = |secret: &[u8]| proof().secret(secret).header("alg", "HS256").sign();
    vec![
        // The form.
        (String::new(), E::NotCompactJws),
        ("opaque".to_owned(), E::NotCompactJws),
        (format!("{}.{}", part(0), part(1)), E::NotCompactJws),
        (format!("{valid}.x.y"), E::NotCompactJws),
        (format!("{valid}="), E::NotCompactJws),
        (format!(" {valid}"), E::NotCompactJws),
        (format!("{valid},{valid}"), E::MultipleProofs),
        (proof().claim("x", "x".repeat(8192)).sign(), E::ProofTooLong),
        // The header.
        (proof().raw_header("[]").sign(), E::InvalidHeader),
        (proof().raw_header(duplicate(header_text("ES256"), r#""typ":"JWT""#)).sign(), E::InvalidHeader),
        (proof().raw_header(duplicate(header_text("ES256"), r#""jwk":{}"#)).sign(), E::InvalidHeader),
        (
            proof().raw_header(header_text("ES256").replace("\"kty\"", "\"kty\":\"RSA\",\"kty\"")).sign(),
            E::InvalidHeader,
        ),
        (proof().raw_header(format!("\u{feff}{}", header_text("ES256"))).sign(), E::InvalidHeader),
        (proof().header("crit", json!(["x"])).sign(), E::UnsupportedHeader),
        (proof().header("b64", false).sign(), E::UnsupportedHeader),
        (proof().header("zip", "DEF").sign(), E::UnsupportedHeader),
        (proof().without_header("typ").sign(), E::InvalidType),
        (proof().header("typ", "JWT").sign(), E::InvalidType),
        (proof().header("typ", "at+jwt").sign(), E::InvalidType),
        (proof().header("typ", "application/dpop+jwt").sign(), E::InvalidType),
        (proof().header("typ", json!(["dpop+jwt"])).sign(), E::InvalidType),
        // The algorithm.
        (proof().without_header("alg").sign(), E::UnsupportedAlgorithm),
        (proof().header("alg", "none").unsigned(), E::UnsupportedAlgorithm),
        (proof().header("alg", "None").unsigned(), E::UnsupportedAlgorithm),
        (hmac(SECRET.as_bytes()), E::UnsupportedAlgorithm),
        (hmac(key().public_bytes()), E::UnsupportedAlgorithm),
        (proof().header("alg", "HS512").sign(), E::UnsupportedAlgorithm),
        (proof().header("alg", "ES384").sign(), E::UnsupportedAlgorithm),
        (proof().header("alg", "es256").sign(), E::UnsupportedAlgorithm),
        (proof().header("alg", 1).sign(), E::UnsupportedAlgorithm),
        // The key.
        (proof().without_header("jwk").sign(), E::InvalidKey),
        (proof().header("jwk", json!(null)).sign(), E::InvalidKey),
        (proof().header("jwk", jwk().to_string()).sign(), E::InvalidKey),
        (proof().header("jwk", json!({})).sign(), E::InvalidKey),
        (proof().header("alg", "EdDSA").sign(), E::InvalidKey),
        (jwk_with("alg", json!("ES512")), E::InvalidKey),
        (jwk_with("use", json!("enc")), E::InvalidKey),
        (jwk_with("key_ops", json!(["sign"])), E::InvalidKey),
        (jwk_with("crv", json!("P-521")), E::InvalidKey),
        (jwk_with("crv", json!("secp256k1")), E::InvalidKey),
        (jwk_with("x", jwk()["y"].clone()), E::InvalidKey),
        (jwk_with("x", json!(format!("{}=", jwk()["x"].as_str().unwrap()))), E::InvalidKey),
        (jwk_with("d", json!(key().private_member().unwrap())), E::PrivateKey),
        (jwk_with("d", json!("")), E::PrivateKey),
        (jwk_with("k", json!("c2VjcmV0")), E::PrivateKey),
        (proof().header("jwk", json!({ "kty": "oct", "k": "c2VjcmV0" })).sign(), E::PrivateKey),
        (proof().header("jwk", json!({ "kty": "oct" })).sign(), E::PrivateKey),
        (proof_of(&other_key(), token).sign(), E::KeyMismatch),
        (proof_of(&rsa_key(), token).sign(), E::KeyMismatch),
        // The signature.
        (proof().sign_with(|message| other_key().signature(message)), E::InvalidSignature),
        (proof().sign_with(|message| key().signature(message)[..63].to_vec()), E::InvalidSignature),
        (proof().sign_with(|_| vec![0; 64]), E::InvalidSignature),
        (proof().unsigned(), E::InvalidSignature),
        (format!("{}.{}.{}", part(0), part(1), proof().sign().rsplit('.').next().unwrap()), E::InvalidSignature),
        // The payload.
        (proof().raw_payload("[]").sign(), E::InvalidPayload),
        (proof().raw_payload("{").sign(), E::InvalidPayload),
        (proof().raw_payload(duplicate(proof().payload_text(), r#""htm":"GET""#)).sign(), E::InvalidPayload),
        (proof().raw_payload(duplicate(proof().payload_text(), r#""x":1,"x":1"#)).sign(), E::InvalidPayload),
        (proof().without_claim("jti").sign(), E::InvalidTokenId),
        (proof().claim("jti", "").sign(), E::InvalidTokenId),
        (proof().claim("jti", 1).sign(), E::InvalidTokenId),
        (proof().claim("jti", "x".repeat(257)).sign(), E::InvalidTokenId),
        (proof().without_claim("htm").sign(), E::MethodMismatch),
        (proof().claim("htm", "POST").sign(), E::MethodMismatch),
        (proof().claim("htm", "get").sign(), E::MethodMismatch),
        (proof().claim("htm", json!(["GET"])).sign(), E::MethodMismatch),
        (proof().without_claim("htu").sign(), E::UriMismatch),
        (proof().claim("htu", "https://api.example/tasks/1").sign(), E::UriMismatch),
        (proof().claim("htu", "https://api.example/Tasks").sign(), E::UriMismatch),
        (proof().claim("htu", "http://api.example/tasks").sign(), E::UriMismatch),
        (proof().claim("htu", "https://api.example:8443/tasks").sign(), E::UriMismatch),
        (proof().claim("htu", "https://attacker.example/tasks").sign(), E::UriMismatch),
        (proof().claim("htu", "https://api.example@attacker.example/tasks").sign(), E::UriMismatch),
        (proof().claim("htu", "/tasks").sign(), E::UriMismatch),
        (proof().without_claim("iat").sign(), E::InvalidDate),
        (proof().claim("iat", NOW.to_string()).sign(), E::InvalidDate),
        (proof().claim("exp", "tomorrow").sign(), E::InvalidDate),
        (proof().claim("nbf", json!(null)).sign(), E::InvalidDate),
        (proof().claim("iat", NOW - 61).sign(), E::TooOld),
        (proof().claim("iat", 0).sign(), E::TooOld),
        (proof().claim("iat", -1e300).sign(), E::TooOld),
        (proof().claim("exp", NOW).sign(), E::TooOld),
        (proof().claim("iat", NOW + 6).sign(), E::IssuedInFuture),
        (proof().claim("iat", NOW * 1000).sign(), E::IssuedInFuture),
        (proof().claim("nbf", NOW + 6).sign(), E::IssuedInFuture),
        (proof().without_claim("ath").sign(), E::AccessTokenMismatch),
        (proof().claim("ath", "").sign(), E::AccessTokenMismatch),
        (proof().claim("ath", format!("{}=", ath(token))).sign(), E::AccessTokenMismatch),
        (proof().claim("ath", ath("another")).sign(), E::AccessTokenMismatch),
    ]
}

fn ath(token: &str) -> String {
    let proof = TokenBuilder::dpop_proof(&key(), "GET", URL, token).payload_text();
    serde_json::from_str::<Value>(&proof).unwrap()["ath"].as_str().unwrap().to_owned()
}

#[test]
fn bad_proof_is_rejected_with_its_rule() {
    let token = bound_token();
    let bad_proofs = bad_proofs(&token);
    let kinds: std::collections::HashSet<_> = bad_proofs.iter().map(|(_, error)| error).collect();
    assert!(bad_proofs.len() >= 40 && kinds.len() >= 12, "{} proofs, {} kinds", bad_proofs.len(), kinds.len());
    for (n, (proof, expected)) in bad_proofs.iter().enumerate() {
        let result = send_token(&authenticator(dpop()).0, &token, proof);
        assert_eq!(result.err(), Some(BearerError::InvalidDpopProof(*expected)), "{n}: {proof}");
    }
    assert_eq!(proof_error(&proof(&bound_token()).sign()), None, "without a fault");
}

#[test]
fn proof_at_the_limits_is_accepted() {
    let token = bound_token();
    for proof in [
        proof(&token).claim("iat", NOW - 60),
        proof(&token).claim("iat", NOW + 5),
        proof(&token).claim("iat", json!(1_799_999_999.5)),
        proof(&token).claim("exp", NOW + 1).claim("nbf", NOW + 5),
        proof(&token).claim("jti", "x".repeat(256)),
        proof(&token).claim("htu", "HTTPS://API.EXAMPLE:443/a/../%74asks?limit=1#x"),
        proof(&token).claim("nonce", "from elsewhere"),
        proof(&token).header("typ", "DPoP+JWT").header("kid", 1).header("x5u", "https://attacker.example"),
    ] {
        assert_eq!(proof_error(&proof.sign()), None, "{proof:?}");
    }
}

#[test]
fn request_without_exactly_one_proof_is_rejected() {
    let token = bound_token();
    let (valid, other) = (proof(&token).sign(), proof(&token).sign());
    let (authenticator, _) = authenticator(dpop());
    let error = |proofs: &[&str]| {
        let rejection = send(&authenticator, &[&format!("DPoP {token}")], proofs).unwrap_err();
        assert_eq!(rejection.status(), 401);
        BearerError::from(rejection)
    };
    assert_eq!(error(&[]), DpopError::MissingProof.into());
    assert_eq!(error(&[&valid, &valid]), DpopError::MultipleProofs.into());
    assert_eq!(error(&[&valid, &other, ""]), DpopError::MultipleProofs.into());
    assert_eq!(error(&[&format!("{valid}, {other}")]), DpopError::MultipleProofs.into());
}

#[test]
fn scheme_must_fit_the_token() {
    let (authenticator, _) = authenticator(dpop());
    let (bound, bearer) = (bound_token(), token_builder().sign());
    let send = |scheme: &str, token: &str| {
        let proof = proof(token).sign();
        send(&authenticator, &[&format!("{scheme} {token}")], &[&proof]).map_err(BearerError::from)
    };
    // RFC 9449 §7.2: a bound token is no bearer token, even with a valid proof beside it.
    assert_eq!(send("Bearer", &bound).err(), Some(VerifyError::SenderConstrained.into()));
    assert_eq!(send("DPoP", &bearer).err(), Some(DpopError::TokenNotBound.into()));
    assert_eq!(send("DPoP", &bound).unwrap().key_thumbprint(), Some(&*key().thumbprint()));
    assert_eq!(send("Bearer", &bearer).unwrap().key_thumbprint(), None);
}

#[test]
fn token_that_is_bound_in_another_way_is_rejected() {
    let thumbprint = key().thumbprint();
    for cnf in [
        json!(null),
        json!({}),
        json!([]),
        json!(thumbprint),
        json!({ "jkt": null }),
        json!({ "jkt": [thumbprint] }),
        json!({ "jkt": "" }),
        json!({ "jkt": format!("{thumbprint}=") }),
        json!({ "jwk": key().jwk() }),
        json!({ "x5t#S256": thumbprint }),
        json!({ "jkt": thumbprint, "x5t#S256": thumbprint }),
    ] {
        let token = token_builder().claim("cnf", cnf.clone()).sign();
        let result = send_token(&authenticator(dpop()).0, &token, &proof(&token).sign());
        assert_eq!(result.err(), Some(VerifyError::SenderConstrained.into()), "{cnf}");
    }
}

#[test]
fn several_credentials_are_rejected() {
    let token = bound_token();
    let (authenticator, _) = authenticator(dpop());
    let (dpop, bearer) = (format!("DPoP {token}"), format!("Bearer {token}"));
    for fields in [vec![&*dpop, &*dpop], vec![&*dpop, &*bearer], vec![&*format!("{dpop}, {bearer}")]] {
        let rejection = send(&authenticator, &fields, &[&proof(&token).sign()]).unwrap_err();
        assert_eq!((rejection.status(), rejection.error()), (400, &BearerError::MultipleCredentials), "{fields:?}");
    }
    let rejection = send(&authenticator, &["DPoP"], &[]).unwrap_err();
    assert_eq!(rejection.error(), &BearerError::MalformedCredentials);
}

#[test]
fn proof_is_accepted_once() {
    let token = bound_token();
    let (authenticator, control) = authenticator(dpop());
    let first = proof(&token).claim("iat", NOW + 5).sign();
    assert!(send_token(&authenticator, &token, &first).is_ok());
    assert_eq!(send_token(&authenticator, &token, &first), Err(DpopError::Replayed.into()));
    // Its last second: 60 s after `iat`.
    control.advance(65);
    assert_eq!(send_token(&authenticator, &token, &first), Err(DpopError::Replayed.into()));
    control.advance(1);
    assert_eq!(send_token(&authenticator, &token, &first), Err(DpopError::TooOld.into()));
    // An ECDSA signature has two spellings, and a proof can be signed again: the id counts.
    let (jti, now) = ("the same", NOW + 66);
    let proof = || proof(&token).claim("jti", jti).claim("iat", now).sign();
    assert!(send_token(&authenticator, &token, &proof()).is_ok());
    assert_eq!(send_token(&authenticator, &token, &proof()), Err(DpopError::Replayed.into()));
}

#[test]
fn same_id_of_another_key_is_accepted() {
    let (authenticator, _) = authenticator(dpop());
    for key in [key(), other_key()] {
        let token = token_builder().bound_to(&key).sign();
        assert!(send_token(&authenticator, &token, &proof_of(&key, &token).claim("jti", "1").sign()).is_ok());
    }
}

#[test]
fn rejected_proof_takes_no_place_in_the_store() {
    let token = bound_token();
    let (authenticator, _) = authenticator(dpop().with_replay_store(MemoryReplayStore::new(1)));
    for (proof, _) in bad_proofs(&token) {
        assert!(send_token(&authenticator, &token, &proof).is_err());
    }
    let expired = token_builder().issued_at(NOW - 10_000).bound_to(&key()).sign();
    assert_eq!(send_token(&authenticator, &expired, &proof(&expired).sign()), Err(VerifyError::Expired.into()));
    assert!(send_token(&authenticator, &token, &proof(&token).sign()).is_ok());
}

#[test]
fn full_store_rejects_new_proofs_until_old_ones_expire() {
    let token = bound_token();
    let (authenticator, control) = authenticator(dpop().with_replay_store(MemoryReplayStore::new(2)));
    let first = proof(&token).sign();
    assert!(send_token(&authenticator, &token, &first).is_ok());
    assert!(send_token(&authenticator, &token, &proof(&token).sign()).is_ok());
    let rejection = send(&authenticator, &[&format!("DPoP {token}")], &[&proof(&token).sign()]).unwrap_err();
    assert_eq!(rejection.error(), &DpopError::ReplayStoreUnavailable.into());
    assert_eq!((rejection.status(), rejection.challenge(), rejection.retry_after_seconds()), (503, None, Some(5)));
    assert_eq!(send_token(&authenticator, &token, &first), Err(DpopError::Replayed.into()), "it is still known");
    control.advance(61);
    assert!(send_token(&authenticator, &token, &proof(&token).claim("iat", NOW + 61).sign()).is_ok());
}

#[test]
fn other_store_decides_on_replays() {
    struct Store(Result<(), ReplayError>);
    impl ReplayStore for Store {
        fn insert(&self, entry: ReplayEntry) -> ReplayFuture<'_> {
            assert_eq!((entry.now(), entry.expires_at(), entry.lifetime_seconds()), (NOW, NOW + 60, 61));
            assert_ne!(entry.id(), [0; 32]);
            Box::pin(async { self.0 })
        }
    }
    let token = bound_token();
    for (result, error) in [
        (Ok(()), None),
        (Err(ReplayError::Replayed), Some(DpopError::Replayed)),
        (Err(ReplayError::Unavailable), Some(DpopError::ReplayStoreUnavailable)),
    ] {
        let (authenticator, _) = authenticator(dpop().with_replay_store(Store(result)));
        let result = send_token(&authenticator, &token, &proof(&token).sign());
        assert_eq!(result.err(), error.map(Into::into));
    }
}

#[test]
fn nonce_is_required_if_nonces_are_configured() {
    let token = bound_token();
    let nonces = || DpopNonces::from_key(&[7; 32]).lifetime_seconds(300);
    let (authenticator, control) = authenticator(dpop().with_nonces(nonces()));
    let rejection = send(&authenticator, &[&format!("DPoP {token}")], &[&proof(&token).sign()]).unwrap_err();
    assert_eq!((rejection.status(), rejection.error()), (401, &DpopError::NonceRequired.into()));
    let challenge = rejection.challenge().unwrap();
    assert!(challenge.starts_with(r#"DPoP realm="todo", error="use_dpop_nonce""#), "{challenge}");
    let nonce = rejection.dpop_nonce().unwrap().to_owned();
    assert!(nonce.len() == 54 && nonce.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"'), "{nonce}");

    // The same nonce for several requests, also at another replica with the same key.
    let with_nonce = |nonce: &str, iat: u64| proof(&token).claim("nonce", nonce).claim("iat", iat).sign();
    let (replica, _) = self::authenticator(dpop().with_nonces(nonces()));
    for authenticator in [&authenticator, &authenticator, &replica] {
        assert!(send_token(authenticator, &token, &with_nonce(&nonce, NOW)).is_ok());
    }
    let foreign = [DpopNonces::generate().unwrap(), DpopNonces::from_key(&[8; 32])].map(|nonces| {
        let (other, _) = self::authenticator(dpop().with_nonces(nonces));
        other.dpop_nonce().unwrap()
    });
    let flipped = format!("B{}", &nonce[1..]);
    for nonce in [&*foreign[0], &foreign[1], &flipped, &nonce[..53], &format!("{nonce}A"), ""] {
        let result = send_token(&authenticator, &token, &with_nonce(nonce, NOW));
        assert_eq!(result, Err(DpopError::NonceRequired.into()), "{nonce}");
    }
    control.advance(299);
    assert!(send_token(&authenticator, &token, &with_nonce(&nonce, NOW + 299)).is_ok());
    control.advance(1);
    let result = send_token(&authenticator, &token, &with_nonce(&nonce, NOW + 300));
    assert_eq!(result, Err(DpopError::NonceRequired.into()), "too old");
    let fresh = authenticator.dpop_nonce().unwrap();
    assert!(send_token(&authenticator, &token, &with_nonce(&fresh, NOW + 300)).is_ok());
    control.set(NOW + 290);
    let result = send_token(&authenticator, &token, &with_nonce(&fresh, NOW + 290));
    assert_eq!(result, Err(DpopError::NonceRequired.into()), "from the future");
}

#[test]
fn challenge_names_the_scheme_the_error_and_the_algorithms() {
    let dpop = || dpop().algorithms([Algorithm::Es256, Algorithm::Ps256]).unwrap();
    let (authenticator, _) = authenticator(dpop());
    let token = bound_token();
    let challenge = |authenticator: &Authenticator, authorization: &[&str], proof: &str| {
        send(authenticator, authorization, &[proof]).unwrap_err().challenge().unwrap().into_owned()
    };
    let algs = r#"algs="ES256 PS256""#;
    let dpop_token = format!("DPoP {token}");
    assert_eq!(challenge(&authenticator, &[], ""), format!(r#"Bearer realm="todo", DPoP realm="todo", {algs}"#));
    assert_eq!(
        challenge(&authenticator, &[&format!("Bearer {token}")], ""),
        format!(
            r#"Bearer realm="todo", error="invalid_token", error_description="The access token is invalid", DPoP realm="todo", {algs}"#
        )
    );
    assert_eq!(
        challenge(&authenticator, &[&dpop_token], "x"),
        format!(
            r#"DPoP realm="todo", error="invalid_dpop_proof", error_description="The DPoP proof is invalid", {algs}"#
        )
    );
    // The example of RFC 9449 §7.1, with another realm.
    assert_eq!(
        challenge(&authenticator, &[&dpop_token], &proof_of(&other_key(), &token).sign()),
        format!(r#"DPoP realm="todo", error="invalid_token", error_description="Invalid DPoP key binding", {algs}"#)
    );
    let expired = token_builder().issued_at(NOW - 10_000).bound_to(&key()).sign();
    assert_eq!(
        challenge(&authenticator, &[&format!("DPoP {expired}")], ""),
        format!(r#"DPoP realm="todo", error="invalid_token", error_description="The access token expired", {algs}"#)
    );
    let user = send_token(&authenticator, &token, &proof(&token).sign()).unwrap();
    assert_eq!(user.key_thumbprint(), Some(&*key().thumbprint()));

    let (authenticator, _) = self::authenticator(dpop().required());
    assert_eq!(challenge(&authenticator, &[], ""), format!(r#"DPoP realm="todo", {algs}"#));
}

#[test]
fn bearer_token_is_rejected_if_dpop_is_required() {
    let (authenticator, _) = authenticator(dpop().required());
    let rejection = send(&authenticator, &[&format!("Bearer {}", token_builder().sign())], &[]).unwrap_err();
    assert_eq!((rejection.status(), rejection.error().reason()), (401, "dpop_required"));
    assert!(rejection.challenge().unwrap().starts_with(r#"DPoP realm="todo", error="invalid_token""#));
    assert_eq!(proof_error(&proof(&bound_token()).sign()), None);
}

#[test]
fn algorithm_outside_of_the_list_is_rejected() {
    let token = bound_token();
    let (authenticator, _) = authenticator(dpop().algorithms([Algorithm::EdDsa]).unwrap());
    let result = send_token(&authenticator, &token, &proof(&token).sign());
    assert_eq!(result, Err(DpopError::UnsupportedAlgorithm.into()));
}

#[test]
fn without_configuration_dpop_is_refused() {
    let authenticator = Authenticator::new(test_util::verifier().with_clock(Clock::fixed(NOW).0), "todo");
    let token = bound_token();
    let proof = proof(&token).sign();
    let rejection = send(&authenticator, &[&format!("DPoP {token}")], &[&proof]).unwrap_err();
    assert_eq!(rejection.error(), &BearerError::MissingCredentials);
    assert_eq!(rejection.challenge().as_deref(), Some(r#"Bearer realm="todo""#));
    let rejection = send(&authenticator, &[&format!("Bearer {token}")], &[&proof]).unwrap_err();
    assert_eq!(rejection.error(), &VerifyError::SenderConstrained.into());
    assert_eq!(authenticator.dpop_nonce(), None);
}

#[test]
fn methods_without_a_request_accept_no_token_under_dpop() {
    let (authenticator, _) = authenticator(dpop());
    let field = format!("DPoP {}", bound_token());
    let rejection = ready(authenticator.authenticate([field.as_bytes()])).unwrap_err();
    assert_eq!(rejection.error(), &DpopError::MissingProof.into());
    // Not `None`: the client has sent credentials.
    let result = ready(authenticator.authenticate_optional::<()>([field.as_bytes()]));
    assert_eq!(result.unwrap_err().error(), &DpopError::MissingProof.into());
    // The verifier by itself sees no proof.
    let verifier = authenticator.verifier();
    assert_eq!(ready(verifier.verify(&bound_token())), Err(VerifyError::SenderConstrained));
}

#[test]
fn optional_authentication_requires_a_valid_proof_too() {
    let (authenticator, _) = authenticator(dpop());
    let token = bound_token();
    let (field, valid) = (format!("DPoP {token}"), proof(&token).sign());
    let send = |authorization: Option<&str>, proof: &str| {
        let request =
            RequestHead::new("GET", "/tasks").authorization(authorization.map(str::as_bytes)).dpop([proof.as_bytes()]);
        ready(authenticator.authenticate_optional_request::<()>(&request))
    };
    assert_eq!(send(Some(&field), &valid).unwrap().unwrap().user_id(), "ann");
    assert_eq!(send(None, &valid).unwrap(), None, "a proof alone is no credential");
    assert_eq!(send(Some(&field), &valid).unwrap_err().error(), &DpopError::Replayed.into());
}

struct WriteTasks;

impl AccessPolicy for WriteTasks {
    type Claims = ();
    const SCOPES: &'static [&'static str] = &["tasks:write"];
}

#[test]
fn missing_scope_is_reported_under_the_scheme_dpop_after_the_proof() {
    let (authenticator, _) = authenticator(dpop());
    let token = token_builder().claim("scope", "tasks:read").bound_to(&key()).sign();
    let field = format!("DPoP {token}");
    let authorize = |proof: &str| {
        let request = RequestHead::new("GET", "/tasks").authorization([field.as_bytes()]).dpop([proof.as_bytes()]);
        ready(authenticator.authorize_request::<WriteTasks>(&request)).unwrap_err()
    };
    assert_eq!(authorize("x").error(), &DpopError::NotCompactJws.into());
    let rejection = authorize(&proof(&token).sign());
    assert_eq!(rejection.status(), 403);
    let challenge = r#"DPoP realm="todo", error="insufficient_scope", scope="tasks:write", algs=""#;
    assert!(rejection.challenge().unwrap().starts_with(challenge), "{rejection:?}");
    let user = send_token(&authenticator, &token, &proof(&token).sign()).unwrap();
    let rejection = authenticator.require_scope(&user, "tasks:write").unwrap_err();
    assert!(rejection.challenge().unwrap().starts_with(r#"DPoP realm="todo", error="insufficient_scope""#));

    // The scope of the validation also comes after the proof.
    let verifier = Verifier::new(test_util::secret(), Validation::new().require_scope("tasks:write")).unwrap();
    let authenticator = Authenticator::new(verifier.with_clock(Clock::fixed(NOW).0), "todo").with_dpop(dpop());
    assert_eq!(send_token(&authenticator, &token, "x"), Err(DpopError::NotCompactJws.into()));
    let result = send_token(&authenticator, &token, &proof(&token).sign());
    assert_eq!(result, Err(BearerError::InsufficientScope { scope: "tasks:write".into() }));
}

#[test]
fn tokens_of_several_issuers_need_proofs_of_their_keys() {
    let issuers = [TestIssuer::new(Algorithm::EdDsa), TestIssuer::new(Algorithm::Es256)];
    let names = ["https://a.example", "https://b.example"];
    let validation = |name: &str| Validation::new().issuer(name).audience("api");
    let verifier = Verifier::new(issuers[0].jwk_set(), validation(names[0])).unwrap();
    let verifier = verifier.with_issuer(issuers[1].jwk_set(), validation(names[1])).unwrap();
    let authenticator = Authenticator::new(verifier.with_clock(Clock::fixed(NOW).0), "todo").with_dpop(dpop());
    let token = |signer: usize, named: usize| {
        let token = issuers[signer].access_token("ann").issued_at(NOW).bound_to(&key());
        token.claim("iss", names[named]).claim("aud", "api").sign()
    };
    for n in [0, 1] {
        let token = token(n, n);
        let user = send_token(&authenticator, &token, &proof(&token).sign()).unwrap();
        assert_eq!((user.issuer(), user.key_thumbprint()), (Some(names[n]), Some(&*key().thumbprint())));
        let result = send_token(&authenticator, &token, &proof_of(&other_key(), &token).sign());
        assert_eq!(result, Err(DpopError::KeyMismatch.into()));
    }
    // A client cannot sign a token with the key of its proof.
    let own = TokenBuilder::for_user("ann").issued_at(NOW).key(&key()).bound_to(&key()).header("jwk", key().jwk());
    let own = own.claim("iss", names[0]).claim("aud", "api").sign();
    assert_eq!(send_token(&authenticator, &own, &proof(&own).sign()), Err(VerifyError::NoMatchingKey.into()));
    let crossed = token(1, 0);
    assert!(matches!(send_token(&authenticator, &crossed, &proof(&crossed).sign()), Err(BearerError::InvalidToken(_))));
}

#[test]
fn resource_metadata_names_algorithms_and_whether_dpop_is_required() {
    let resource = ProtectedResource::new(ORIGIN).unwrap();
    let document = |authenticator: Authenticator| -> Value {
        serde_json::from_str(authenticator.resource_metadata().unwrap()).unwrap()
    };
    let plain = || Authenticator::new(test_util::verifier(), "todo");
    let dpop = || dpop().algorithms([Algorithm::Es256, Algorithm::EdDsa]).unwrap();
    let algorithms = "dpop_signing_alg_values_supported";
    let required = "dpop_bound_access_tokens_required";
    assert_eq!(document(plain().with_resource(&resource)).get(algorithms), None);
    // In any order of the calls.
    for authenticator in
        [plain().with_resource(&resource).with_dpop(dpop()), plain().with_dpop(dpop()).with_resource(&resource)]
    {
        let document = document(authenticator);
        assert_eq!(document[algorithms], json!(["ES256", "EdDSA"]));
        assert_eq!(document.get(required), None);
    }
    let authenticator = plain().with_dpop(dpop().required()).with_resource(&resource);
    assert_eq!(document(authenticator.clone())[required], json!(true));
    let challenge = send(&authenticator, &[], &[]).unwrap_err().challenge().unwrap().into_owned();
    assert!(challenge.starts_with("DPoP ") && challenge.contains("resource_metadata="), "{challenge}");
}

#[test]
fn invalid_configuration_is_an_error() {
    assert_eq!(DpopVerifier::new("api.example").err(), Some(ConfigError::InvalidDpopBaseUrl));
    assert_eq!(dpop().with_base_url("https://api.example?x").err(), Some(ConfigError::InvalidDpopBaseUrl));
    assert_eq!(dpop().algorithms([]).err(), Some(ConfigError::NoDpopAlgorithm));
    for seconds in [0, 301] {
        assert_eq!(dpop().max_age_seconds(seconds).err(), Some(ConfigError::InvalidDpopMaxAge));
    }
}

#[test]
fn proof_for_another_name_of_the_service_is_accepted() {
    let dpop = dpop().with_base_url("http://localhost:3000/v1").unwrap().max_age_seconds(10).unwrap();
    let token = bound_token();
    let (authenticator, _) = authenticator(dpop);
    for url in [URL, "http://localhost:3000/v1/tasks"] {
        assert!(send_token(&authenticator, &token, &proof(&token).claim("htu", url).sign()).is_ok(), "{url}");
    }
    let late = proof(&token).claim("iat", NOW - 11).sign();
    assert_eq!(send_token(&authenticator, &token, &late), Err(DpopError::TooOld.into()));
}

#[test]
fn reasons_are_unique_and_debug_shows_no_credentials() {
    let request = RequestHead::new("GET", "/").authorization([&b"DPoP secret"[..]]).dpop([&b"secret"[..]]);
    assert!(!format!("{request:?}").contains("secret"));
    let (authenticator, _) = authenticator(dpop().with_nonces(DpopNonces::from_key(&[7; 32])));
    assert!(!format!("{authenticator:?}").contains("7, 7"));
    let token = bound_token();
    let mut errors: Vec<_> = bad_proofs(&token).into_iter().map(|(_, error)| error).collect();
    errors.sort_by_key(DpopError::reason);
    errors.dedup();
    let mut reasons: Vec<_> = errors.iter().map(DpopError::reason).collect();
    reasons.dedup();
    assert_eq!(errors.len(), reasons.len());
    assert!(reasons.iter().all(|reason| reason.starts_with("dpop_")));
}
