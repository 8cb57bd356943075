//! Tokens signed with the keys of a JWK Set, and forged ones.

use auth_core::test_util::{Hash, SECRET, SigningKey, TestIssuer, TokenBuilder};
use auth_core::{Algorithm, ConfigError, JwkSet, RevocationList, Validation, VerificationKeys, Verifier, VerifyError};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::json;

use crate::support::{NOW, rsa_key, secret, secret_text, verifier_at_now, verify};

/// An issuer with one key of this algorithm.
fn issuer(algorithm: Algorithm) -> TestIssuer {
    let mut issuer = TestIssuer::new(Algorithm::EdDsa);
    match algorithm {
        Algorithm::Rs256 | Algorithm::Ps256 => issuer.add_key(rsa_key().with_alg_and_kid(algorithm, "rsa")),
        _ => issuer.rotate(algorithm),
    };
    issuer.keep_newest_key();
    issuer
}

fn verifier(issuer: &TestIssuer) -> Verifier {
    verifier_at_now(issuer.jwk_set(), issuer.validation())
}

fn valid_token(issuer: &TestIssuer) -> TokenBuilder {
    issuer.access_token("ann").issued_at(NOW)
}

fn verify_error(issuer: &TestIssuer, token: &str) -> Option<VerifyError> {
    verify(&verifier(issuer), token).err()
}

#[test]
fn token_of_every_algorithm_is_accepted() {
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        let user = verify(&verifier(&issuer), &valid_token(&issuer).sign()).unwrap();
        assert_eq!(user.user_id(), "ann", "{algorithm:?}");
    }
}

/// RFC 7518 §3.4 does not require the smaller one of `s` and `n − s`. So a token, or its hash, does not identify a sign-in.
#[test]
fn es256_token_has_a_second_spelling_with_the_same_claims() {
    let issuer = issuer(Algorithm::Es256);
    let verifier = verifier_at_now(issuer.jwk_set().with_signature_cache(64), issuer.validation());
    let token = valid_token(&issuer).claim("sid", "s-1");
    let other = |token: &str| {
        let (signing_input, signature) = token.rsplit_once('.').unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let (r, s) = signature.split_at(32);
        format!("{signing_input}.{}", URL_SAFE_NO_PAD.encode([r, &subtract_from_p256_order(s)].concat()))
    };
    let first = token.sign();
    let second = other(&first);
    assert_ne!(first, second);
    let user = verify(&verifier, &first).unwrap();
    assert_eq!(verify(&verifier, &second), Ok(user));
    assert_eq!(other(&second), first);
    // A revocation names the session, so it covers both.
    let revocations = RevocationList::new();
    revocations.revoke_session("s-1", NOW, NOW + 960).unwrap();
    let verifier = verifier.with_revocations(revocations);
    for spelling in [first, second] {
        assert_eq!(verify(&verifier, &spelling), Err(VerifyError::Revoked));
    }
}

/// `n − s`, for the order `n` of P-256 (SEC 2 §2.4.2), big-endian.
fn subtract_from_p256_order(s: &[u8]) -> Vec<u8> {
    const ORDER: [u64; 4] =
        [0xffff_ffff_0000_0000, 0xffff_ffff_ffff_ffff, 0xbce6_faad_a717_9e84, 0xf3b9_cac2_fc63_2551];
    let (words, _) = s.as_chunks::<8>();
    let mut borrow = false;
    let mut difference: Vec<[u8; 8]> = ORDER
        .iter()
        .zip(words)
        .rev()
        .map(|(order, word)| {
            let (word, first) = order.overflowing_sub(u64::from_be_bytes(*word));
            let (word, second) = word.overflowing_sub(u64::from(borrow));
            borrow = first || second;
            word.to_be_bytes()
        })
        .collect();
    difference.reverse();
    difference.concat()
}

#[test]
fn every_key_of_a_set_is_found_by_its_kid() {
    let mut issuer = issuer(Algorithm::EdDsa);
    for algorithm in [Algorithm::Es256, Algorithm::Es512, Algorithm::EdDsa] {
        issuer.rotate(algorithm);
    }
    for key in issuer.keys() {
        assert_eq!(verify_error(&issuer, &valid_token(&issuer).key(key).sign()), None, "{key:?}");
    }
}

#[test]
fn signature_by_another_key_is_rejected() {
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        let attacker = SigningKey::generate(algorithm, issuer.key().kid());
        assert_eq!(
            verify_error(&issuer, &valid_token(&issuer).key(&attacker).sign()),
            Some(VerifyError::InvalidSignature)
        );
        let embedded =
            valid_token(&issuer).key(&attacker).header("jwk", attacker.jwk()).header("jku", "http://127.0.0.1:9/");
        assert_eq!(
            verify_error(&issuer, &embedded.sign()),
            Some(VerifyError::InvalidSignature),
            "the key in the header is ignored"
        );
    }
}

#[test]
fn alg_other_than_that_of_the_key_is_rejected() {
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        for other in Algorithm::ALL.into_iter().filter(|other| *other != algorithm) {
            let token = valid_token(&issuer).header("alg", other.name()).sign();
            assert_eq!(
                verify_error(&issuer, &token),
                Some(VerifyError::InvalidAlgorithm),
                "{other:?} under {algorithm:?}"
            );
        }
        for other in ["none", "None", "HS256", "HS512", "ES384", "RS384", "RS512", "PS512", "eddsa", "ES256K", ""] {
            let token = valid_token(&issuer).header("alg", other);
            assert_eq!(verify_error(&issuer, &token.sign()), Some(VerifyError::InvalidAlgorithm), "{other}");
            assert_eq!(
                verify_error(&issuer, &token.unsigned()),
                Some(VerifyError::InvalidAlgorithm),
                "{other}, unsigned"
            );
        }
    }
}

/// With a public key as an HMAC secret, everyone could sign (RFC 8725 §2.1).
#[test]
fn public_key_as_hmac_secret_is_rejected() {
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        let jwk = issuer.key().jwk().to_string();
        for text in [issuer.key().public_bytes(), jwk.as_bytes(), b""] {
            for (alg, hash) in [("HS256", Hash::Sha256), ("HS384", Hash::Sha384), ("HS512", Hash::Sha512)] {
                let token = valid_token(&issuer).secret(text).header("alg", alg).hash(hash).sign();
                assert_eq!(verify_error(&issuer, &token), Some(VerifyError::InvalidAlgorithm), "{alg}");
            }
            let token = valid_token(&issuer).secret(text).sign();
            assert_eq!(verify_error(&issuer, &token), Some(VerifyError::InvalidSignature));
        }
    }
}

#[test]
fn rs256_and_ps256_signatures_are_not_interchangeable() {
    let (rs, ps) = (issuer(Algorithm::Rs256), issuer(Algorithm::Ps256));
    let sign =
        |issuer: &TestIssuer, by: &TestIssuer| valid_token(issuer).sign_with(|message| by.key().signature(message));
    assert_eq!(verify_error(&rs, &sign(&rs, &ps)), Some(VerifyError::InvalidSignature));
    assert_eq!(verify_error(&ps, &sign(&ps, &rs)), Some(VerifyError::InvalidSignature));
}

#[test]
fn changed_signature_is_rejected() {
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        let error_after = |change: &dyn Fn(Vec<u8>) -> Vec<u8>| {
            verify_error(&issuer, &valid_token(&issuer).sign_with(|message| change(issuer.key().signature(message))))
        };
        assert_eq!(error_after(&|signature| signature), None);
        let invalid = Some(VerifyError::InvalidSignature);
        assert_eq!(error_after(&|_| Vec::new()), invalid);
        assert_eq!(error_after(&|signature| signature[1..].to_vec()), invalid);
        assert_eq!(error_after(&|signature| signature[..signature.len() - 1].to_vec()), invalid);
        assert_eq!(error_after(&|signature| [signature, vec![0]].concat()), invalid);
        assert_eq!(error_after(&|signature| [vec![0], signature].concat()), invalid);
        assert_eq!(error_after(&|signature| vec![0; signature.len()]), invalid, "all zeros");
        assert_eq!(error_after(&|signature| vec![0xff; signature.len()]), invalid);
        assert_eq!(error_after(&|signature| signature.iter().rev().copied().collect()), invalid);
        assert_eq!(
            error_after(&|mut signature| {
                signature[0] ^= 1;
                signature
            }),
            invalid
        );
        assert_eq!(
            error_after(&|mut signature| {
                *signature.last_mut().unwrap() ^= 1;
                signature
            }),
            invalid
        );
    }
}

#[test]
fn ecdsa_signature_in_der_is_rejected() {
    for (algorithm, width) in [(Algorithm::Es256, 32), (Algorithm::Es512, 66)] {
        let issuer = issuer(algorithm);
        let der = valid_token(&issuer).sign_with(|message| {
            let signature = issuer.key().signature(message);
            let integer = |number: &[u8]| {
                let first = number.iter().position(|byte| *byte != 0).unwrap_or(0);
                let sign = if number[first] >= 0x80 { &[0][..] } else { &[] };
                [&[2, u8::try_from(sign.len() + width - first).unwrap()], sign, &number[first..]].concat()
            };
            let body = [integer(&signature[..width]), integer(&signature[width..])].concat();
            [&[0x30, u8::try_from(body.len()).unwrap()], &body[..]].concat()
        });
        assert_eq!(verify_error(&issuer, &der), Some(VerifyError::InvalidSignature));
    }
}

#[test]
fn unknown_kid_is_rejected() {
    let issuer = issuer(Algorithm::Es256);
    for kid in ["no-such-key", "", "KEY-2", "key-2 ", "../../dev/null", "key-2\0"] {
        assert_eq!(
            verify_error(&issuer, &valid_token(&issuer).header("kid", kid).sign()),
            Some(VerifyError::NoMatchingKey),
            "{kid}"
        );
    }
    for kid in [json!(null), json!(7), json!({}), json!(["key-2"])] {
        assert_eq!(
            verify_error(&issuer, &valid_token(&issuer).header("kid", kid).sign()),
            Some(VerifyError::InvalidKeyId)
        );
    }
}

#[test]
fn token_without_kid_matches_only_a_single_key() {
    let mut issuer = issuer(Algorithm::Es256);
    assert_eq!(verify_error(&issuer, &valid_token(&issuer).without_header("kid").sign()), None);
    issuer.rotate(Algorithm::EdDsa);
    assert_eq!(
        verify_error(&issuer, &valid_token(&issuer).without_header("kid").sign()),
        Some(VerifyError::NoMatchingKey)
    );
}

#[test]
fn key_without_kid_does_not_match_a_kid() {
    let issuer = issuer(Algorithm::Es256);
    let mut jwk = issuer.key().jwk();
    jwk.as_object_mut().unwrap().remove("kid");
    let set = JwkSet::parse(&json!({ "keys": [jwk] }).to_string()).unwrap();
    let verifier = verifier_at_now(set, issuer.validation());
    assert_eq!(verify(&verifier, &valid_token(&issuer).sign()).err(), Some(VerifyError::NoMatchingKey));
    assert_eq!(verify(&verifier, &valid_token(&issuer).without_header("kid").sign()).err(), None);
}

#[test]
fn shared_secret_and_jwk_set_verify_side_by_side() {
    let issuer = issuer(Algorithm::EdDsa);
    let set = || issuer.jwk_set();
    let orders: [VerificationKeys; 3] = [
        VerificationKeys::from(set()).with_secrets(secret(1)),
        VerificationKeys::from(secret(1)).with_jwk_set(set()),
        VerificationKeys::from(secret(1)).merge(set().into()),
    ];
    for keys in orders {
        let verifier = verifier_at_now(keys, issuer.validation());
        let shared = || valid_token(&issuer).secret(secret_text(1)).header("alg", "HS256");
        assert_eq!(verify(&verifier, &valid_token(&issuer).sign()).err(), None);
        assert_eq!(verify(&verifier, &shared().sign()).err(), None, "a shared secret ignores the kid");
        assert_eq!(verify(&verifier, &shared().without_header("kid").sign()).err(), None);
        let mixed = valid_token(&issuer).header("alg", "HS256").sign();
        assert_eq!(verify(&verifier, &mixed).err(), Some(VerifyError::InvalidSignature));
        let mixed = shared().header("alg", "EdDSA").sign();
        assert_eq!(verify(&verifier, &mixed).err(), Some(VerifyError::InvalidSignature));
    }
}

#[test]
fn shared_secrets_added_in_two_calls_all_verify() {
    let issuer = issuer(Algorithm::EdDsa);
    let keys = VerificationKeys::from(secret(1)).with_jwk_set(issuer.jwk_set()).with_secrets(secret(2));
    let verifier = verifier_at_now(keys, issuer.validation());
    for n in [1, 2] {
        let token = valid_token(&issuer).secret(secret_text(n)).header("alg", "HS256").sign();
        assert_eq!(verify(&verifier, &token).err(), None, "{n}");
    }
    let token = valid_token(&issuer).secret(SECRET).header("alg", "HS256").sign();
    assert_eq!(verify(&verifier, &token).err(), Some(VerifyError::InvalidSignature));
}

#[test]
fn kid_present_in_two_sets_is_rejected() {
    let (one, other) = (issuer(Algorithm::EdDsa), issuer(Algorithm::Es256));
    assert_eq!(one.key().kid(), other.key().kid());
    let keys = VerificationKeys::from(one.jwk_set()).with_jwk_set(other.jwk_set());
    let verifier = verifier_at_now(keys, one.validation());
    for issuer in [&one, &other] {
        assert_eq!(verify(&verifier, &valid_token(issuer).sign()).err(), Some(VerifyError::NoMatchingKey));
    }
}

#[test]
fn jwk_set_without_issuer_and_audience_is_rejected() {
    let set = || issuer(Algorithm::EdDsa).jwk_set();
    let error_with = |validation: Validation| Verifier::new(set(), validation).err();
    assert_eq!(error_with(Validation::new()), Some(ConfigError::IssuerMissing));
    assert_eq!(error_with(Validation::new().audience("a")), Some(ConfigError::IssuerMissing));
    assert_eq!(error_with(Validation::new().issuer("i")), Some(ConfigError::AudienceMissing));
    assert_eq!(error_with(Validation::new().issuer("").audience("a")), Some(ConfigError::IssuerMissing));
    assert_eq!(error_with(Validation::new().issuer("i").audience("")), Some(ConfigError::AudienceMissing));
    assert_eq!(error_with(Validation::new().issuer("i").audience("a")), None);
    let both = VerificationKeys::from(secret(1)).with_jwk_set(set());
    assert_eq!(Verifier::new(both, Validation::new()).err(), Some(ConfigError::IssuerMissing));
    assert!(Verifier::new(secret(1), Validation::new()).is_ok(), "shared secrets do not require them");
}

#[test]
fn session_cookie_of_the_same_key_is_rejected() {
    let issuer = issuer(Algorithm::EdDsa);
    let cookie = valid_token(&issuer).header("typ", "better-auth.session-cache+jwt");
    assert_eq!(verify_error(&issuer, &cookie.sign()), Some(VerifyError::InvalidTokenType));
    let other_audience = valid_token(&issuer).claim("aud", "better-auth:session-cache");
    assert_eq!(verify_error(&issuer, &other_audience.sign()), Some(VerifyError::InvalidAudience));
}

#[test]
fn claims_are_validated_for_public_keys() {
    let issuer = issuer(Algorithm::Es512);
    assert_eq!(
        verify_error(&issuer, &issuer.access_token("ann").issued_at(NOW - 3600).sign()),
        Some(VerifyError::Expired)
    );
    assert_eq!(
        verify_error(&issuer, &valid_token(&issuer).without_claim("sub").sign()),
        Some(VerifyError::InvalidSubject)
    );
    assert_eq!(
        verify_error(&issuer, &valid_token(&issuer).claim("iss", "else").sign()),
        Some(VerifyError::InvalidIssuer)
    );
    assert_eq!(
        verify_error(&issuer, &valid_token(&issuer).header("crit", json!(["exp"])).sign()),
        Some(VerifyError::UnsupportedCriticalHeader)
    );
    let swapped = valid_token(&issuer).claim("sub", "bob").sign();
    let (own, other) = (valid_token(&issuer).sign(), swapped.split('.').nth(1).unwrap().to_owned());
    let mut parts: Vec<_> = own.split('.').collect();
    parts[1] = &other;
    assert_eq!(verify_error(&issuer, &parts.join(".")), Some(VerifyError::InvalidSignature));
}

#[test]
fn last_character_of_a_signature_has_one_spelling() {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for algorithm in Algorithm::ALL {
        let issuer = issuer(algorithm);
        let token = valid_token(&issuer).sign();
        let signature = token.rsplit('.').next().unwrap();
        assert_eq!(URL_SAFE_NO_PAD.encode(URL_SAFE_NO_PAD.decode(signature).unwrap()), signature);
        if !signature.len().is_multiple_of(4) {
            let at = ALPHABET.iter().position(|symbol| *symbol == token.as_bytes()[token.len() - 1]).unwrap();
            let changed = format!("{}{}", &token[..token.len() - 1], char::from(ALPHABET[at ^ 1]));
            assert_eq!(verify_error(&issuer, &changed), Some(VerifyError::InvalidBase64Url), "{algorithm:?}");
        }
    }
}
