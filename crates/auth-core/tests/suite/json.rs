//! Strict JSON in the header and in the payload.

use auth_core::VerifyError;
use auth_core::test_util::TokenBuilder;

use crate::support::{NOW, token_builder, verify_error};

/// The error with additional header members.
fn error_with_header_members(members: &str) -> Option<VerifyError> {
    verify_error(&token_builder().raw_header(format!(r#"{{"alg":"HS256",{members}}}"#)).sign())
}

/// The error with additional payload members.
fn error_with_payload_members(members: &str) -> Option<VerifyError> {
    verify_error(&payload(&format!("{},{members}}}", token_builder().payload_text().trim_end_matches('}'))).sign())
}

fn payload(text: &str) -> TokenBuilder {
    token_builder().raw_payload(text)
}

fn assert_both_reject(members: &str) {
    assert_eq!(error_with_header_members(members), Some(VerifyError::InvalidHeader), "header {members}");
    assert_eq!(error_with_payload_members(members), Some(VerifyError::InvalidPayload), "payload {members}");
}

fn assert_both_accept(members: &str) {
    assert_eq!(error_with_header_members(members), None, "header {members}");
    assert_eq!(error_with_payload_members(members), None, "payload {members}");
}

#[test]
fn unknown_members_of_any_kind_are_ignored() {
    assert_both_accept(
        r#""role":"x","nested":{"a":[1,{"b":null}],"t":true},"empty":{},"n":-1.5,"list":[],"e":1e3,"z":-0"#,
    );
    assert_both_accept(r#""":"","\u0000":"\u0000","😀":"😀","\ud83d\ude01":1"#);
    assert_both_accept(&(0..120).map(|n| format!("\"c{n}\":{n}")).collect::<Vec<_>>().join(","));
}

#[test]
fn claim_names_are_case_sensitive() {
    assert_eq!(error_with_payload_members(r#""Sub":"bob","SUB":"bob","EXP":0"#), None);
    let upper_case = payload(&token_builder().payload_text().replace("\"sub\"", "\"SUB\"")).sign();
    assert_eq!(verify_error(&upper_case), Some(VerifyError::InvalidSubject));
}

#[test]
fn duplicate_member_name_at_any_level_is_rejected() {
    assert_both_reject(r#""a":1,"a":1"#);
    assert_both_reject(r#""a":1,"\u0061":2"#);
    assert_both_reject(r#""\u0061":1,"a":2"#);
    assert_both_reject(r#""deep":{"a":[{"b":1,"b":2}]}"#);
    assert_both_reject(r#""deep":{"a":1,"\u0061":2}"#);
    assert_both_reject(r#""😀":1,"\ud83d\ude00":2"#);
    assert_eq!(error_with_header_members(r#""alg":"HS256""#), Some(VerifyError::InvalidHeader));
    for known in [r#""sub":"bob""#, r#""exp":9999999999"#, r#""s\u0075b":"bob""#, r#""email":null"#] {
        assert_eq!(error_with_payload_members(known), Some(VerifyError::InvalidPayload), "{known}");
    }
    assert_both_accept(r#""a":{"x":1},"b":{"x":1},"c":[{"x":1},{"x":1}]"#);
}

#[test]
fn duplicate_member_name_among_many_is_rejected() {
    let names: Vec<_> = (0..200).map(|n| format!("\"n{n}\":{n}")).collect();
    assert_both_accept(&names.join(","));
    for index in [0, 5, 15, 16, 17, 150, 199] {
        assert_both_reject(&format!("{},\"n{index}\":0", names.join(",")));
        assert_both_reject(&format!("{},\"\\u006e{index}\":0", names.join(",")));
    }
    assert_both_reject(&format!("\"\\u0061\":0,{},\"a\":0", names.join(",")));
}

#[test]
fn nesting_deeper_than_32_levels_is_rejected() {
    let lists = |levels: usize| format!("\"d\":{}{}", "[".repeat(levels), "]".repeat(levels));
    let objects = |levels: usize| format!("\"d\":{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert_both_accept(&lists(31));
    assert_both_accept(&objects(31));
    for levels in [32, 100, 1500] {
        assert_both_reject(&lists(levels));
    }
    assert_both_reject(&objects(32));
    assert_both_reject(&"[".repeat(2500));
}

#[test]
fn text_other_than_one_json_object_is_rejected() {
    let valid = token_builder().payload_text();
    let others = [
        String::new(),
        "null".to_owned(),
        "1".to_owned(),
        "\"text\"".to_owned(),
        format!("[{valid}]"),
        format!("{valid}x"),
        format!("{valid},"),
        format!("{valid}{valid}"),
        format!("\u{feff}{valid}"),
        format!("{valid}\0"),
        format!("//\n{valid}"),
        valid.replacen('}', ",}", 1),
        valid.replace('"', "'"),
        valid.replacen("\"sub\"", "sub", 1),
        token_builder().sign(),
        serde_json::Value::from(valid.clone()).to_string(),
    ];
    for other in others {
        assert_eq!(verify_error(&payload(&other).sign()), Some(VerifyError::InvalidPayload), "{other}");
    }
    assert_eq!(verify_error(&payload(&format!(" \r\n\t{valid}\n")).sign()), None);
    for header in [
        "[\"HS256\"]",
        "\"HS256\"",
        "null",
        "{}x",
        "\u{feff}{\"alg\":\"HS256\"}",
        "{\"alg\":\"HS256\",}",
        "{alg:\"HS256\"}",
    ] {
        assert_eq!(
            verify_error(&token_builder().raw_header(header).sign()),
            Some(VerifyError::InvalidHeader),
            "{header}"
        );
    }
}

#[test]
fn invalid_json_in_unknown_members_is_rejected() {
    for bad in ["NaN", "Infinity", "-Infinity", "01", "+1", ".5", "1.", "0x10", "1e400", "undefined", "True", "'x'"] {
        assert_both_reject(&format!("\"n\":{bad}"));
    }
    for bad in ["\\ud800", "\\udc00", "\\ud800\\u0041", "\\x41", "\\u12", "\n", "\t", "\u{1}", "\\"] {
        assert_both_reject(&format!("\"s\":\"{bad}\""));
        assert_both_reject(&format!("\"{bad}\":1"));
    }
}

#[test]
fn escaped_member_names_and_values_are_unescaped() {
    let text = format!(r#"{{"s\u0075b":"\u0061n\u006e","iat":{NOW},"\u0065xp":{}}}"#, NOW + 60);
    assert_eq!(verify_error(&payload(&text).sign()), None);
}
