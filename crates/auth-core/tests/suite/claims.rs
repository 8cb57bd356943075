//! Who the user is, and whom the token is from and for.

use auth_core::{Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{token_builder, verify_error, verify_with};

fn with(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().claim(name, value).sign())
}

#[test]
fn the_subject_is_the_user_byte_for_byte() {
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
fn a_subject_is_1_to_255_bytes_without_control_characters() {
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
        assert_eq!(with("sub", sub.clone()), Some(VerifyError::InvalidSubject), "{sub}");
    }
    for control in ['\0', '\u{1}', '\t', '\n', '\r', '\u{1b}', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}'] {
        assert_eq!(with("sub", format!("an{control}n")), Some(VerifyError::InvalidSubject), "{control:?}");
    }
    assert_eq!(verify_error(&token_builder().without_claim("sub").sign()), Some(VerifyError::InvalidSubject));
}

#[test]
fn an_email_address_is_never_an_identity() {
    let link = token_builder().without_claim("sub").claim("userId", "ann").claim("id", "ann");
    assert_eq!(verify_error(&link.sign()), Some(VerifyError::InvalidSubject));
}

#[test]
fn email_and_name_count_when_they_are_texts() {
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
fn without_a_configured_issuer_any_will_do_if_it_is_a_text() {
    assert_eq!(with("iss", "https://anybody.test"), None);
    for iss in [json!(null), json!(1), json!(["x"]), json!({}), json!(true)] {
        assert_eq!(with("iss", iss.clone()), Some(VerifyError::InvalidIssuer), "{iss}");
    }
}

#[test]
fn a_configured_issuer_is_required_and_equal() {
    let ask = |token: String| verify_with(Validation::new().issuer("https://app.test"), &token).err();
    assert_eq!(ask(token_builder().claim("iss", "https://app.test").sign()), None);
    assert_eq!(ask(token_builder().sign()), Some(VerifyError::InvalidIssuer));
    let others = [
        json!("https://app.test/"),
        json!("https://APP.test"),
        json!("https://app"),
        json!(""),
        json!(["https://app.test"]),
        json!(null),
    ];
    for iss in others {
        assert_eq!(ask(token_builder().claim("iss", iss.clone()).sign()), Some(VerifyError::InvalidIssuer), "{iss}");
    }
}

#[test]
fn without_a_configured_audience_any_will_do_if_it_is_text() {
    for aud in [json!("x"), json!(["x"]), json!(["x", "y"]), json!([]), json!("")] {
        assert_eq!(with("aud", aud.clone()), None, "{aud}");
    }
    for aud in
        [json!(7), json!(null), json!({}), json!(true), json!(["x", 7]), json!([7, "x"]), json!([["x"]]), json!([null])]
    {
        assert_eq!(with("aud", aud.clone()), Some(VerifyError::InvalidAudience), "{aud}");
    }
}

#[test]
fn a_configured_audience_is_required_and_named() {
    let ask = |token: String| verify_with(Validation::new().audience("todo-api"), &token).err();
    for aud in [json!("todo-api"), json!(["todo-api"]), json!(["x", "todo-api"]), json!(["todo-api", "x"])] {
        assert_eq!(ask(token_builder().claim("aud", aud.clone()).sign()), None, "{aud}");
    }
    assert_eq!(ask(token_builder().sign()), Some(VerifyError::InvalidAudience));
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
        assert_eq!(ask(token_builder().claim("aud", aud.clone()).sign()), Some(VerifyError::InvalidAudience), "{aud}");
    }
}

#[test]
fn one_of_several_audiences_is_enough() {
    let ask = |aud: Value| {
        verify_with(Validation::new().audience("a").audience("b"), &token_builder().claim("aud", aud).sign()).err()
    };
    assert_eq!(ask(json!("a")), None);
    assert_eq!(ask(json!("b")), None);
    assert_eq!(ask(json!(["x", "b"])), None);
    assert_eq!(ask(json!("c")), Some(VerifyError::InvalidAudience));
}
