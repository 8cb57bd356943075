//! The claims of the user, the issuer and the audience.

use auth_core::{Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{token_builder, verify_error, verify_with};

fn error_with_claim(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().claim(name, value).sign())
}

#[test]
fn subject_is_the_user_id_byte_for_byte() {
    let longest = "x".repeat(255);
    let wide = "é".repeat(127);
    for sub in
        ["ann", "Ann", " ann ", "ann@example.test", "a/b?c#d", "ünï", "e\u{301}", "0", &longest, &wide, "\u{200b}"]
    {
        let user = verify_with(Validation::new(), &token_builder().claim("sub", sub).sign()).unwrap();
        assert_eq!(user.user_id(), sub);
    }
}

#[test]
fn invalid_subject_is_rejected() {
    for sub in [
        json!(""),
        json!("x".repeat(256)),
        json!("é".repeat(128)),
        json!(null),
        json!(12345),
        json!(["ann"]),
        json!({}),
        json!(true),
    ] {
        assert_eq!(error_with_claim("sub", sub.clone()), Some(VerifyError::InvalidSubject), "{sub}");
    }
    for control in ['\0', '\u{1}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}'] {
        assert_eq!(error_with_claim("sub", format!("an{control}n")), Some(VerifyError::InvalidSubject), "{control:?}");
    }
    assert_eq!(verify_error(&token_builder().without_claim("sub").sign()), Some(VerifyError::InvalidSubject));
}

#[test]
fn token_with_email_but_without_subject_is_rejected() {
    let link = token_builder().without_claim("sub").claim("userId", "ann").claim("id", "ann");
    assert_eq!(verify_error(&link.sign()), Some(VerifyError::InvalidSubject));
}

#[test]
fn email_and_name_of_another_type_count_as_missing() {
    let user =
        verify_with(Validation::new(), &token_builder().claim("email", "a@b.test").claim("name", "Ånn \"A\"").sign())
            .unwrap();
    assert_eq!((user.email(), user.name()), (Some("a@b.test"), Some("Ånn \"A\"")));
    for other in [json!(null), json!(1), json!(false), json!(["a@b.test"]), json!({"x": 1})] {
        let user = verify_with(
            Validation::new(),
            &token_builder().claim("email", other.clone()).claim("name", other.clone()).sign(),
        )
        .unwrap();
        assert_eq!((user.user_id(), user.email(), user.name()), ("ann", None, None), "{other}");
    }
    let user = verify_with(Validation::new(), &token_builder().without_claim("email").sign()).unwrap();
    assert_eq!((user.email(), user.name()), (None, None));
}

#[test]
fn any_issuer_string_is_accepted_by_default() {
    assert_eq!(error_with_claim("iss", "https://any.test"), None);
    for iss in [json!(null), json!(1), json!(["x"]), json!({}), json!(true)] {
        assert_eq!(error_with_claim("iss", iss.clone()), Some(VerifyError::InvalidIssuer), "{iss}");
    }
}

#[test]
fn issuer_other_than_the_required_one_is_rejected() {
    let error_of = |token: String| verify_with(Validation::new().issuer("https://app.test"), &token).err();
    assert_eq!(error_of(token_builder().claim("iss", "https://app.test").sign()), None);
    assert_eq!(error_of(token_builder().sign()), Some(VerifyError::InvalidIssuer));
    let others = [
        json!("https://app.test/"),
        json!("https://APP.test"),
        json!("https://app"),
        json!(""),
        json!(["https://app.test"]),
        json!(null),
    ];
    for iss in others {
        assert_eq!(
            error_of(token_builder().claim("iss", iss.clone()).sign()),
            Some(VerifyError::InvalidIssuer),
            "{iss}"
        );
    }
}

#[test]
fn any_audience_string_is_accepted_by_default() {
    for aud in [json!("x"), json!(["x"]), json!(["x", "y"]), json!([]), json!("")] {
        assert_eq!(error_with_claim("aud", aud.clone()), None, "{aud}");
    }
    for aud in
        [json!(7), json!(null), json!({}), json!(true), json!(["x", 7]), json!([7, "x"]), json!([["x"]]), json!([null])]
    {
        assert_eq!(error_with_claim("aud", aud.clone()), Some(VerifyError::InvalidAudience), "{aud}");
    }
}

#[test]
fn audience_other_than_the_allowed_one_is_rejected() {
    let error_of = |token: String| verify_with(Validation::new().audience("todo-api"), &token).err();
    for aud in [json!("todo-api"), json!(["todo-api"]), json!(["x", "todo-api"]), json!(["todo-api", "x"])] {
        assert_eq!(error_of(token_builder().claim("aud", aud.clone()).sign()), None, "{aud}");
    }
    assert_eq!(error_of(token_builder().sign()), Some(VerifyError::InvalidAudience));
    let others = [
        json!("todo-ap"),
        json!("todo-api "),
        json!("TODO-API"),
        json!("x todo-api"),
        json!([]),
        json!(["x"]),
        json!(["todo-api", 7]),
    ];
    for aud in others.into_iter().chain([json!(null), json!({"todo-api": true}), json!("better-auth:session-cache")]) {
        assert_eq!(
            error_of(token_builder().claim("aud", aud.clone()).sign()),
            Some(VerifyError::InvalidAudience),
            "{aud}"
        );
    }
}

#[test]
fn any_one_of_several_allowed_audiences_is_accepted() {
    let error_of = |aud: Value| {
        verify_with(Validation::new().audience("a").audience("b"), &token_builder().claim("aud", aud).sign()).err()
    };
    assert_eq!(error_of(json!("a")), None);
    assert_eq!(error_of(json!("b")), None);
    assert_eq!(error_of(json!(["x", "b"])), None);
    assert_eq!(error_of(json!("c")), Some(VerifyError::InvalidAudience));
}
