//! The claims of the user, the issuer and the audience.

use auth_core::bearer::BearerError;
use auth_core::test_util::{self, TokenBuilder};
use auth_core::{RevocationList, Validation, VerifyError};
use serde_json::{Value, json};

use crate::support::{NOW, token_builder, verifier_at_now, verify, verify_error, verify_with};

fn error_with_claim(name: &str, value: impl Into<Value>) -> Option<VerifyError> {
    verify_error(&token_builder().claim(name, value).sign())
}

#[test]
fn subject_is_the_user_id_byte_for_byte() {
    let longest = "x".repeat(255);
    let wide = "é".repeat(127);
    for sub in [
        "ann",
        "Ann",
        " ann ",
        "ann@example.test",
        "a/b?c#d",
        "ünï",
        "e\u{301}",
        "0",
        &longest,
        &wide,
        "\u{3000}x",
        "\u{e000}",
        "\u{fffd}",
    ] {
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

/// Unicode categories Cf, Zl and Zp: such a character is invisible, changes the order of the others, or breaks a line.
#[test]
fn subject_with_a_format_character_is_rejected() {
    for character in [
        '\u{ad}',
        '\u{600}',
        '\u{61c}',
        '\u{200b}',
        '\u{200d}',
        '\u{200e}',
        '\u{2028}',
        '\u{2029}',
        '\u{202e}',
        '\u{2060}',
        '\u{2066}',
        '\u{feff}',
        '\u{fff9}',
        '\u{110bd}',
        '\u{1d173}',
        '\u{e0001}',
        '\u{e007f}',
    ] {
        for sub in
            [character.to_string(), format!("an{character}n"), format!("{character}ann"), format!("ann{character}")]
        {
            assert_eq!(error_with_claim("sub", sub), Some(VerifyError::InvalidSubject), "{character:?}");
        }
    }
}

#[test]
fn subject_of_only_white_space_is_rejected() {
    for sub in [" ", "    ", "\u{a0}", "\u{1680}", "\u{2003}\u{2003}", "\u{202f}", "\u{3000}", " \u{a0}\u{3000} "] {
        assert_eq!(error_with_claim("sub", sub), Some(VerifyError::InvalidSubject), "{sub:?}");
        assert_eq!(error_with_claim("sub", format!("{sub}x")), None, "{sub:?}");
    }
}

/// RFC 9449 §7.2, RFC 8705 §3.
#[test]
fn sender_constrained_token_is_rejected() {
    for cnf in [
        json!({"jkt": "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}),
        json!({"x5t#S256": "bwcK0esc3ACC3DB2Y5_lESsXE8o9ltc05O89jdN-dg2"}),
        json!({}),
        json!(null),
        json!("x"),
        json!(false),
    ] {
        assert_eq!(error_with_claim("cnf", cnf.clone()), Some(VerifyError::SenderConstrained), "{cnf}");
    }
}

/// RFC 9700 §4.15.
#[test]
fn client_that_is_the_subject_is_rejected() {
    for claim in ["client_id", "azp"] {
        assert_eq!(error_with_claim(claim, "ann"), Some(VerifyError::SubjectIsClient), "{claim}");
        for other in [json!("bob"), json!("Ann"), json!("ann "), json!(""), json!(["ann"]), json!(null)] {
            assert_eq!(error_with_claim(claim, other.clone()), None, "{claim} {other}");
        }
    }
    let both = |client: &str, azp: &str| token_builder().claim("client_id", client).claim("azp", azp).sign();
    assert_eq!(verify_error(&both("calendar", "ann")), Some(VerifyError::SubjectIsClient));
    assert_eq!(verify_error(&both("ann", "calendar")), Some(VerifyError::SubjectIsClient));
    assert_eq!(verify_error(&both("calendar", "calendar")), None);
}

/// Makes a token meet one more rule.
type Repair = fn(TokenBuilder) -> TokenBuilder;

/// Form, key, signature, registered claims, times; then the client, then revocations, then scopes.
#[test]
fn first_rule_that_fails_determines_the_error() {
    let revocations = RevocationList::new();
    revocations.revoke_session("ended", NOW, NOW + 1000).unwrap();
    let validation = Validation::new().issuer("https://app.test").require_scope("x");
    let verifier = verifier_at_now(test_util::secret(), validation).with_revocations(revocations);
    let error_of = |token: &TokenBuilder| verify(&verifier, &token.sign()).err();
    let mut token = token_builder()
        .header("typ", "id+jwt")
        .secret("wrong")
        .claim("exp", NOW - 60)
        .claim("sub", "")
        .claim("iss", "https://other.test")
        .claim("cnf", json!({}))
        .claim("client_id", "ann")
        .claim("sid", "ended");
    let repairs: [(VerifyError, Repair); 9] = [
        (VerifyError::InvalidTokenType, |token| token.header("typ", "at+jwt")),
        (VerifyError::InvalidSignature, |token| token.secret(test_util::SECRET)),
        (VerifyError::InvalidSubject, |token| token.claim("sub", "ann")),
        (VerifyError::InvalidIssuer, |token| token.claim("iss", "https://app.test")),
        (VerifyError::Expired, |token| token.claim("exp", NOW + 60)),
        (VerifyError::SenderConstrained, |token| token.without_claim("cnf")),
        (VerifyError::SubjectIsClient, |token| token.claim("client_id", "calendar")),
        (VerifyError::Revoked, |token| token.claim("sid", "running")),
        (VerifyError::InsufficientScope, |token| token.claim("scope", "x")),
    ];
    for (error, repair) in repairs {
        assert_eq!(error_of(&token), Some(error));
        token = repair(token);
    }
    assert_eq!(error_of(&token), None);
}

#[test]
fn session_id_is_available_if_it_is_a_string() {
    let session_of = |token: TokenBuilder| {
        let user = verify_with(Validation::new(), &token.sign()).unwrap();
        user.session_id().map(str::to_owned)
    };
    assert_eq!(session_of(token_builder().claim("sid", "s-1")), Some("s-1".to_owned()));
    assert_eq!(session_of(token_builder()), None);
    for other in [json!(null), json!(1), json!(["s-1"]), json!({})] {
        assert_eq!(session_of(token_builder().claim("sid", other.clone())), None, "{other}");
    }
}

#[test]
fn token_id_is_available_if_it_is_a_string() {
    let id_of = |token: TokenBuilder| {
        let user = verify_with(Validation::new(), &token.sign()).unwrap();
        user.token_id().map(str::to_owned)
    };
    assert_eq!(id_of(token_builder().claim("jti", "t-1")), Some("t-1".to_owned()));
    assert_eq!(id_of(token_builder()), None);
    for other in [json!(null), json!(1), json!(["t-1"]), json!({})] {
        assert_eq!(id_of(token_builder().claim("jti", other.clone())), None, "{other}");
    }
}

#[test]
fn client_id_is_that_of_client_id_or_of_azp() {
    let client_of = |token: TokenBuilder| {
        let user = verify_with(Validation::new(), &token.sign()).unwrap();
        user.client_id().map(str::to_owned)
    };
    assert_eq!(client_of(token_builder()), None);
    assert_eq!(client_of(token_builder().claim("azp", "a")), Some("a".to_owned()));
    assert_eq!(client_of(token_builder().claim("azp", "a").claim("client_id", "c")), Some("c".to_owned()));
    assert_eq!(client_of(token_builder().claim("azp", "a").claim("client_id", 1)), Some("a".to_owned()));
}

#[test]
fn token_without_scope_and_client_has_every_scope() {
    let user = verify_with(Validation::new(), &token_builder().claim("sid", "s-1").sign()).unwrap();
    assert!(user.scopes().is_none());
    assert!(user.has_scope("tasks:read") && user.has_scope("anything"));
    assert_eq!(user.require_scope("tasks:write"), Ok(()));
}

#[test]
fn token_with_scope_or_client_has_only_its_scopes() {
    let user = |token: TokenBuilder| verify_with(Validation::new(), &token.sign()).unwrap();
    let scopes =
        |token: TokenBuilder| -> Option<Vec<String>> { Some(user(token).scopes()?.map(str::to_owned).collect()) };
    let granted = user(token_builder().claim("scope", "openid tasks:read").claim("client_id", "c"));
    assert!(granted.has_scope("tasks:read") && granted.has_scope("openid"));
    for other in ["tasks:write", "tasks", "tasks:rea", "TASKS:READ", "", "openid tasks:read", " "] {
        assert!(!granted.has_scope(other), "{other:?}");
    }
    let error = granted.require_scope("tasks:write").unwrap_err();
    assert_eq!(error, BearerError::InsufficientScope { scope: "tasks:write".into() });
    assert_eq!(scopes(token_builder().claim("scope", "a  b")), Some(vec!["a".to_owned(), "b".to_owned()]));
    // A client without scopes, or with a `scope` that is not a string, has none.
    for token in [
        token_builder().claim("client_id", "c"),
        token_builder().claim("client_id", json!(null)),
        token_builder().claim("azp", "c"),
        token_builder().claim("azp", 7),
        token_builder().claim("scope", ""),
        token_builder().claim("scope", json!(null)),
        token_builder().claim("scope", json!(["tasks:read"])),
        token_builder().claim("scope", json!({"tasks:read": true})),
    ] {
        let payload = token.payload_text();
        assert_eq!(scopes(token), Some(vec![]), "{payload}");
    }
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
