//! Auto traits and `Debug` output.

use auth_core::test_util::{self, SECRET, TokenBuilder};
use auth_core::{SharedSecrets, TokenSigner, Validation, VerificationKeys, Verifier};

use crate::support::{secret, token_builder, verify_with};

#[test]
fn verifier_is_send_and_sync_and_its_future_is_send() {
    fn assert_send_sync<T: Send + Sync + 'static>(_: &T) {}
    fn assert_send<T: Send>(_: &T) {}
    let verifier = test_util::verifier();
    assert_send_sync(&verifier);
    assert_send(&verifier.verify("token"));
    assert_send_sync(&verify_with(Validation::new(), &token_builder().sign()));
}

#[test]
fn debug_output_contains_no_secret() {
    let secrets = SharedSecrets::from(secret(1)).with_fallback(secret(2));
    let outputs = [
        format!("{:?}", test_util::secret()),
        format!("{secrets:?}"),
        format!("{:?}", VerificationKeys::from(secrets.clone())),
        format!("{:#?}", Verifier::new(secrets, Validation::new()).unwrap()),
        format!("{:?}", TokenSigner::new(&test_util::secret())),
    ];
    for text in outputs {
        assert!(!text.contains(SECRET) && !text.contains("test_util"), "{text}");
    }
}

#[test]
fn debug_output_of_a_user_is_the_id_only() {
    let user = verify_with(Validation::new(), &token_builder().claim("name", "Ann Other").sign()).unwrap();
    assert_eq!(format!("{user:?}"), r#"AuthenticatedUser { user_id: "ann", .. }"#);
}

#[test]
fn verify_error_does_not_contain_the_token() {
    let token = TokenBuilder::for_user("some-user").secret("wrong").sign();
    let error = verify_with(Validation::new(), &token).unwrap_err();
    let output = format!("{error} {error:?}");
    assert!(token.split('.').all(|part| !output.contains(part)) && !output.contains("some-user"), "{output}");
}
