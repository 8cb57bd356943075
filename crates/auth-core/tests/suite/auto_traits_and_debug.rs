//! What the types promise whatever they are given.

use auth_core::test_util::{self, SECRET, TokenBuilder};
use auth_core::{Keys, SharedSecrets, TokenSigner, Verifier};

use crate::support::{ann, secret, verify_under};

#[test]
fn a_verifier_is_shared_between_threads_and_its_answer_travels() {
    fn is_shared<T: Send + Sync + 'static>(_: &T) {}
    fn travels<T: Send>(_: &T) {}
    let verifier = test_util::verifier();
    is_shared(&verifier);
    travels(&verifier.verify("token"));
    is_shared(&verify_under(auth_core::Validation::new(), &ann().sign()));
}

#[test]
fn debug_output_holds_no_secret() {
    let secrets = SharedSecrets::from(secret(1)).with_fallback(secret(2));
    let shown = [
        format!("{:?}", test_util::secret()),
        format!("{secrets:?}"),
        format!("{:?}", Keys::from(secrets.clone())),
        format!("{:#?}", Verifier::new(secrets.into(), auth_core::Validation::new())),
        format!("{:?}", TokenSigner::new(&test_util::secret())),
    ];
    for text in shown {
        assert!(!text.contains(SECRET) && !text.contains("test_util"), "{text}");
    }
}

#[test]
fn debug_output_of_a_user_is_the_id_alone() {
    let user = verify_under(auth_core::Validation::new(), &ann().claim("name", "Ann Other").sign()).unwrap();
    assert_eq!(format!("{user:?}"), r#"AuthenticatedUser { user_id: "ann", .. }"#);
}

#[test]
fn a_refusal_never_shows_the_token() {
    let token = TokenBuilder::for_user("nobody-special").secret("wrong").sign();
    let refusal = verify_under(auth_core::Validation::new(), &token).unwrap_err();
    let shown = format!("{refusal} {refusal:?}");
    assert!(token.split('.').all(|part| !shown.contains(part)) && !shown.contains("nobody-special"), "{shown}");
}
