//! From `Authorization` fields to a token, and from an error to a response.

use auth_core::VerifyError;
use auth_core::bearer::{self, BearerError, Challenges};

fn token_from<const N: usize>(fields: [&[u8]; N]) -> Result<&str, BearerError> {
    bearer::token_from(fields)
}

#[test]
fn bearer_token_is_extracted() {
    let accepted: [&[u8]; 7] = [
        b"Bearer a.b.c",
        b"bearer a.b.c",
        b"BEARER a.b.c",
        b"bEaReR a.b.c",
        b"Bearer   a.b.c",
        b" \tBearer a.b.c\t ",
        b"Bearer a.b.c  ",
    ];
    for field in accepted {
        assert_eq!(token_from([field]), Ok("a.b.c"), "{}", field.escape_ascii());
    }
    assert_eq!(
        token_from([b"Bearer iN4T4.OC83+/x="]),
        Ok("iN4T4.OC83+/x="),
        "the contents of the token are not checked"
    );
}

#[test]
fn credentials_of_another_scheme_count_as_missing() {
    assert_eq!(token_from([]), Err(BearerError::MissingCredentials));
    let others: [&[u8]; 11] = [
        b"",
        b"  \t ",
        b"Basic YTpi",
        b"Token a.b.c",
        b"Bearerish a.b.c",
        b"Bear a.b.c",
        b"Bearera.b.c",
        b"eyJhbGciOiJIUzI1NiJ9.e30.AAAA",
        b"Digest username=\"a, b\", realm=\"x\"",
        b"\"Bearer a.b.c\"",
        b"\xff\xfe",
    ];
    for field in others {
        assert_eq!(token_from([field]), Err(BearerError::MissingCredentials), "{}", field.escape_ascii());
    }
}

#[test]
fn bearer_credentials_without_one_word_are_malformed() {
    let malformed: [&[u8]; 12] = [
        b"Bearer",
        b"Bearer ",
        b"bearer \t",
        b"Bearer\ta.b.c",
        b"Bearer \ta.b.c",
        b"Bearer a.b.c d",
        b"Bearer a.b\tc",
        b"Bearer=a.b.c",
        b"Bearer: a.b.c",
        b"Bearer a.b.c\xff",
        "Bearer a.b.é".as_bytes(),
        b"Bearer\xa0a.b.c",
    ];
    for field in malformed {
        assert_eq!(token_from([field]), Err(BearerError::MalformedCredentials), "{}", field.escape_ascii());
    }
    assert_eq!(token_from([b"Bearer a.\0b.c"]), Err(BearerError::MalformedCredentials));
}

#[test]
fn multiple_credentials_are_rejected() {
    let several: [&[u8]; 6] = [
        b"Bearer a.b.c, Bearer a.b.c",
        b"Bearer a.b.c,",
        b"Bearer ,a.b.c",
        b"Bearer a.b.c,d.e.f",
        b"Basic YTpi, Bearer a.b.c",
        b"Basic YTpi,bearer a.b.c",
    ];
    for field in several {
        assert_eq!(token_from([field]), Err(BearerError::MultipleCredentials), "{}", field.escape_ascii());
    }
    for (first, second) in
        [("Bearer a.b.c", "Bearer a.b.c"), ("Basic YTpi", "Bearer a.b.c"), ("", ""), ("Bearer a.b.c", "")]
    {
        assert_eq!(
            token_from([first.as_bytes(), second.as_bytes()]),
            Err(BearerError::MultipleCredentials),
            "{first} + {second}"
        );
    }
}

#[test]
fn every_bearer_error_has_a_status_and_a_challenge() {
    let invalid = r#"Bearer realm="todo", error="invalid_token", error_description="The access token is invalid""#;
    let expired = r#"Bearer realm="todo", error="invalid_token", error_description="The access token expired""#;
    let table = [
        (BearerError::MissingCredentials, 401, r#"Bearer realm="todo""#),
        (BearerError::MultipleCredentials, 400, r#"Bearer realm="todo", error="invalid_request""#),
        (BearerError::MalformedCredentials, 401, invalid),
        (BearerError::from(VerifyError::InvalidSignature), 401, invalid),
        (BearerError::from(VerifyError::NotYetValid), 401, invalid),
        (BearerError::from(VerifyError::InvalidAudience), 401, invalid),
        (BearerError::from(VerifyError::NoMatchingKey), 401, invalid),
        (BearerError::from(VerifyError::ClaimRequirementNotMet), 401, invalid),
        (BearerError::from(VerifyError::Expired), 401, expired),
        (BearerError::from(VerifyError::MaxAgeExceeded), 401, expired),
        (BearerError::from(VerifyError::SenderConstrained), 401, invalid),
        (BearerError::from(VerifyError::SubjectIsClient), 401, invalid),
        (BearerError::from(VerifyError::Revoked), 401, invalid),
        (BearerError::from(VerifyError::InvalidPrivateClaims), 401, invalid),
        (BearerError::from(VerifyError::InsufficientScope), 403, r#"Bearer realm="todo", error="insufficient_scope""#),
        (
            BearerError::InsufficientScope { scope: "tasks:read tasks:write".into() },
            403,
            r#"Bearer realm="todo", error="insufficient_scope", scope="tasks:read tasks:write""#,
        ),
        (
            BearerError::InsufficientScope { scope: "a\"b\r\nX: y".into() },
            403,
            r#"Bearer realm="todo", error="insufficient_scope", scope="a\"b??X: y""#,
        ),
    ];
    let challenges = Challenges::new("todo");
    for (error, status, challenge) in table {
        assert_eq!(error.status(), status, "{error:?}");
        assert_eq!(challenges.for_error(&error), challenge, "{error:?}");
        assert!(!error.is_unavailable(), "{error:?}");
    }
}

#[test]
fn unavailable_keys_yield_503_and_no_error_code() {
    for error in [VerifyError::KeysUnavailable, VerifyError::RevocationsUnavailable].map(BearerError::from) {
        assert_eq!((error.status(), error.is_unavailable()), (503, true));
        assert_eq!(Challenges::new("todo").for_error(&error), r#"Bearer realm="todo""#, "the token is not to blame");
    }
}

#[test]
fn reason_is_the_name_of_the_error_in_snake_case() {
    for (error, reason) in [
        (BearerError::MissingCredentials, "missing_credentials"),
        (BearerError::MultipleCredentials, "multiple_credentials"),
        (BearerError::MalformedCredentials, "malformed_credentials"),
        (BearerError::InsufficientScope { scope: "x".into() }, "insufficient_scope"),
        (BearerError::from(VerifyError::Expired), "expired"),
    ] {
        assert_eq!(error.reason(), reason);
    }
    for error in [
        VerifyError::TokenTooLong,
        VerifyError::NotCompactJws,
        VerifyError::InvalidBase64Url,
        VerifyError::InvalidUtf8,
        VerifyError::InvalidHeader,
        VerifyError::UnsupportedCriticalHeader,
        VerifyError::UnsupportedPayloadEncoding,
        VerifyError::InvalidTokenType,
        VerifyError::InvalidKeyId,
        VerifyError::InvalidAlgorithm,
        VerifyError::NoMatchingKey,
        VerifyError::KeysUnavailable,
        VerifyError::InvalidSignature,
        VerifyError::InvalidPayload,
        VerifyError::MissingExpiration,
        VerifyError::InvalidNumericDate,
        VerifyError::InvalidSubject,
        VerifyError::InvalidIssuer,
        VerifyError::InvalidAudience,
        VerifyError::ClaimRequirementNotMet,
        VerifyError::MissingIssuedAt,
        VerifyError::NotYetValid,
        VerifyError::IssuedInFuture,
        VerifyError::Expired,
        VerifyError::MaxAgeExceeded,
        VerifyError::SenderConstrained,
        VerifyError::SubjectIsClient,
        VerifyError::Revoked,
        VerifyError::RevocationsUnavailable,
        VerifyError::InvalidPrivateClaims,
        VerifyError::InsufficientScope,
    ] {
        let mut camel_case = String::new();
        for word in error.reason().split('_') {
            camel_case.extend([&*word[..1].to_uppercase(), &word[1..]]);
        }
        let name = format!("{error:?}").replace("Base64Url", "Base64url");
        assert_eq!(camel_case, name);
    }
}

#[test]
fn realm_is_escaped_in_the_challenge() {
    let challenges = Challenges::new("a\"b\\c\r\nX: y\u{e9}");
    assert_eq!(challenges.for_error(&BearerError::MissingCredentials), r#"Bearer realm="a\"b\\c??X: y?""#);
}
